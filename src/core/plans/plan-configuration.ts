import { pathText } from '../../hvfile/tree.ts';
import type { HvLeaf } from '../../hvfile/tree.ts';
import { NO_MAC } from '../devices/ethernet.ts';
import { deviceValue, firstText } from '../devices/effective.ts';
import { ADAPTER_KINDS, IMAGE_KINDS } from '../devices/wiring.ts';
import { DomainError } from '../errors.ts';
import type { Configuration, DeviceSetting, Guid, SettingValue, UnmappedValue } from '../model.ts';
import { isRelative, joinText } from '../paths/path-text.ts';
import type { SettingFilter } from './requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { withDeviceValues } from '../systems/draft.ts';
import { switchOfLink } from '../systems/machine/external-checks.ts';
import { newGuid, newSerialNumber } from '../systems/identifiers.ts';
import { namedPort, renameDevices } from '../systems/rename-parts.ts';
import { effectiveServiceSettings } from '../systems/settings/service-settings.ts';
import { checkValues } from '../systems/value-checks.ts';
import { adapterPart } from '../transfer/definition-places.ts';
import { readConfiguration } from '../transfer/read-configuration.ts';
import type { DefinitionFile } from './definition-file.ts';

export interface PlannedConfiguration {
  readonly configuration: Configuration;
  readonly unmapped: readonly UnmappedValue[];
}

type PlanContext = Pick<SystemsContext, 'graph' | 'serviceDefaults'>;

/**
 * A definition as settings of a plan of this host. Paths stay as recorded, but for those that are relative, which are files
 * of the export (K13). Switches are found by GUID, then by name; the rest keeps its text, which validation reports.
 */
export const planConfiguration = (
  context: PlanContext,
  source: DefinitionFile,
  options: {
    readonly id: Guid;
    readonly folder: string;
    readonly newIdentifiers: boolean;
    readonly accepts: SettingFilter;
  },
): PlannedConfiguration => {
  const { definition } = source;
  const { configuration, refused } = readConfiguration(definition, {
    id: options.id,
    newGuid,
    accepts: (className, property, value) => options.accepts(className, property, value) && isBounded(property, value),
  });
  const service = effectiveServiceSettings(context.serviceDefaults, context.graph.serviceSettings());
  const values = {
    // Every machine has these; a definition that does not record them leaves them to the host.
    ...(service.DefaultExternalDataRoot === undefined
      ? {}
      : { ConfigurationDataRoot: service.DefaultExternalDataRoot }),
    BIOSGUID: `{${newGuid()}}`,
    BIOSSerialNumber: newSerialNumber(),
    ...configuration.values,
  };
  const connected = new Set(
    definition.adapters.filter((adapter) => adapter.connection.connected).map((adapter) => adapterPart(adapter)),
  );
  let changed = false;
  const devices = configuration.devices.map((device) => {
    const here = onThisHost(context, device, { ...options, connected });
    changed ||= here !== device;
    return here;
  });
  const local = changed ? devices : configuration.devices;
  return {
    configuration: {
      ...configuration,
      values,
      // Machines made of one definition have a port each: a path of a port must be unambiguous.
      devices: options.newIdentifiers ? renameDevices(local, namedPort).devices : local,
    },
    unmapped: [
      ...definition.unmapped.map(({ steps, leaf }) => row(options.id, pathText(steps), leafText(leaf))),
      ...refused.map(({ part, property }) => row(options.id, `${part ?? ''} ${property ?? ''}`.trim(), '')),
    ].slice(0, MAX_ROWS),
  };
};

/** What the rest of a definition comes to is bounded; the definition itself stays where it is. */
const MAX_ROWS = 5000;
const MAX_VALUE = 4096;

const row = (configuration: Guid, path: string, value: string): UnmappedValue => ({
  configuration,
  path: clipped(path),
  value: clipped(value),
});

const clipped = (text: string): string =>
  (text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text).toWellFormed();

const leafText = (leaf: HvLeaf): string => {
  if (leaf.type === 'bytes') return leaf.value.toString('base64');
  return leaf.type === 'object' ? `${leaf.value.size} bytes` : String(leaf.value);
};

/** Bounds that hold for what clients write hold for what files say (management-service §0). */
const isBounded = (property: string, value: SettingValue): boolean => {
  try {
    checkValues({ [property]: value });
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
};

const onThisHost = (
  context: PlanContext,
  device: DeviceSetting,
  {
    folder,
    newIdentifiers,
    connected,
  }: { readonly folder: string; readonly newIdentifiers: boolean; readonly connected: ReadonlySet<string> },
): DeviceSetting => {
  if (IMAGE_KINDS.has(device.kind)) {
    const path = firstText(device, 'HostResource');
    return path === null || !isRelative(path) ? device : withText(device, joinText(folder, path));
  }
  if (ADAPTER_KINDS.has(device.kind))
    // K15: addresses that a host chose are chosen anew for a copy.
    return newIdentifiers && deviceValue(device, 'StaticMacAddress') !== true
      ? withDeviceValues(device, { Address: NO_MAC })
      : device;
  return device.kind === 'ethernetConnection' ? onLocalSwitch(context, device, connected) : device;
};

const withText = (device: DeviceSetting, text: string): DeviceSetting =>
  withDeviceValues(device, { HostResource: [text] });

const onLocalSwitch = (
  { graph }: PlanContext,
  device: DeviceSetting,
  connected: ReadonlySet<string>,
): DeviceSetting => {
  const link = firstText(device, 'HostResource');
  // The name alone is also what a disconnected adapter remembers.
  if (link === null && (device.parent === null || !connected.has(device.parent))) return device;
  const id = link === null ? null : switchOfLink(link);
  if (id !== null && graph.switch(id) !== undefined) return device;
  const name = deviceValue(device, 'LastKnownSwitchName');
  if (typeof name !== 'string' || name === '') return device;
  const named = [...graph.switches()].filter((each) => each.name.toLowerCase() === name.toLowerCase());
  const only = named.length === 1 ? named[0] : undefined;
  // Definitions that name a switch without its GUID: the name is what is left of it.
  if (only === undefined) return link === null ? withText(device, name) : device;
  return withText(device, `switch:${only.id}`);
};
