import { adapterGuid, drawnMac, guestAddressQuery, type MachineDetails } from '../machine-details.ts';
import type { RestClient } from './client.ts';
import type * as Rest from './generated/operations.ts';
import { placeOf, summaryOf } from './machine-words.ts';

const KINDS = { disk: 'disk', dvd: 'cd', floppy: 'floppy' } as const satisfies Readonly<
  Record<Rest.Disk['kind'], string>
>;

/** @throws RestError ConnectionError */
export const machineDetails = async (client: RestClient, id: string): Promise<MachineDetails | null> => {
  const params = { id };
  const vm = (await client.call('getVm', { params })).body;
  const settings = (await client.call('getVmSettings', { params })).body;
  const devices = (await client.call('listVmDevices', { params })).body;
  if (vm === null || settings === null || devices === null) return null;
  const { startupMb: startup, dynamic, minimumMb, maximumMb } = settings.memory;
  const nics = devices.nics.toSorted((a, b) => Number(a.kind === 'emulated') - Number(b.kind === 'emulated'));
  const addresses = nics.length === 0 ? NONE : await addressesOf(client, id);
  return {
    ...summaryOf(vm),
    secureBoot: settings.firmware.secureBoot,
    memory: { startup, dynamic, minimum: dynamic ? minimumMb : null, maximum: dynamic ? maximumMb : null },
    serial: devices.serialPorts.find(({ number }) => number === 1)?.pipe ?? null,
    checkpointCount: vm.checkpointCount,
    disks: devices.disks.flatMap((disk) =>
      disk.path === null ? [] : [{ place: placeOf(disk), kind: KINDS[disk.kind], file: disk.path }],
    ),
    adapters: nics.map((nic) => ({
      name: nic.name,
      mac: drawnMac(nic.mac),
      switch: nic.connected ? (nic.switchName ?? nic.switchId) : null,
      vlan: nic.vlanId,
      // The id of an emulated one has a number behind its GUID.
      addresses: addresses.get((nic.id.split('~')[0] ?? '').toUpperCase()) ?? [],
    })),
  };
};

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

/** No route of its own tells them: they are asked for under their CIM names. */
const addressesOf = async (client: RestClient, id: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { items } = (await client.call('cimQuery', { body: { query: guestAddressQuery(id) } })).body;
  return new Map(
    items.map(({ properties }) => [adapterGuid(String(properties['InstanceID'])), texts(properties['IPAddresses'])]),
  );
};

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
