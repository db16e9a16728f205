import type { HvNode } from '../tree.ts';
import type { DefinedAdapter, DefinedConnection, VirtualDevice } from './definition.ts';
import { DEVICE } from './devices.ts';
import { ADAPTER_FIELDS, CONNECTION_FIELDS } from './fields.ts';
import { readFeatures } from './port-features.ts';
import { guidOf, type Reading } from './reading.ts';

/** A leaf of our own: the adapter is an emulated one, whose class GUID no source tells. */
export const OWN_EMULATED = 'vsms_emulated';

export const OWN_CONNECTION = 'vsms_connection';

/** Devices of the manifest whose data node has a MAC address; an entry without data is a ghost (hyperv-files §3). */
export const readAdapters = (reading: Reading, manifest: readonly VirtualDevice[]): DefinedAdapter[] => {
  const adapters = new Map<string, DefinedAdapter>();
  for (const device of manifest) {
    const id = guidOf(device.instanceId);
    const data = id === null ? undefined : reading.devices.get(id.toLowerCase());
    const synthetic = guidOf(device.classId) === DEVICE.ethernet.toUpperCase();
    if (id === null || data === undefined || adapters.has(id)) continue;
    if (!synthetic && reading.leaf(data, 'MacAddress') === undefined) continue;
    const emulated = reading.boolean(data, OWN_EMULATED) === true || !synthetic;
    adapters.set(id, {
      kind: emulated ? 'emulatedEthernet' : 'syntheticEthernet',
      id,
      values: reading.fields(data, ADAPTER_FIELDS),
      connection: readConnection(reading, data),
    });
  }
  return [...adapters.values()];
};

const readConnection = (reading: Reading, data: HvNode): DefinedConnection => {
  const connection = reading.node(data, 'Connection');
  const hostResources: string[] = [];
  for (const item of reading.node(connection, 'HostResources')?.children ?? []) {
    if (item.type !== 'string' || item.name !== 'HostResource') continue;
    reading.use(item);
    hostResources.push(item.value);
  }
  const switchName = reading.leaf(data, 'SwitchName');
  // A switch is named by its GUID, or not at all.
  const switchId = switchName?.type === 'string' ? (guidOf(switchName.value) ?? '') : '';
  if (switchName?.type === 'string' && (switchName.value === '' || switchId === switchName.value))
    reading.use(switchName);
  return {
    connected: reading.boolean(data, 'IsConnected') ?? false,
    switchId,
    portId: reading.string(data, 'PortName') ?? '',
    hostResources,
    values: reading.fields(data, CONNECTION_FIELDS, OWN_CONNECTION),
    features: readFeatures(reading, connection),
  };
};
