import type { CimClient } from './cim-client.ts';
import { machineConfiguration } from './cim-machine-configuration.ts';
import { adapterGuid, drawnMac, guestAddressQuery, type MachineDetails } from './machine-details.ts';
import { listOf, textOf } from './object.ts';

/** In calls of Hyper-V's API. `checkpointCount`: known to who has listed them. @throws MethodError */
export const machineDetails = async (
  client: CimClient,
  id: string,
  checkpointCount: number,
): Promise<MachineDetails> => {
  const { summary, secureBoot, memory, serial, disks, adapters } = await machineConfiguration(client, id);
  const addresses = adapters.length === 0 ? NONE : await addressesOf(client, id);
  return {
    ...summary,
    secureBoot,
    memory,
    serial,
    checkpointCount,
    disks: disks.map(({ place, kind, file }) => ({ place, kind, file })),
    adapters: adapters.map((adapter) => ({
      name: adapter.name,
      mac: drawnMac(adapter.mac),
      switch: adapter.switchName ?? adapter.switch,
      vlan: adapter.vlan,
      addresses: addresses.get((adapter.id.split('\\')[1] ?? '').toUpperCase()) ?? [],
    })),
  };
};

const NONE: ReadonlyMap<string, readonly string[]> = new Map();

const addressesOf = async (client: CimClient, id: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, readonly string[]>();
  for await (const { properties } of client.query(guestAddressQuery(id)))
    found.set(
      adapterGuid(textOf(properties['InstanceID']) ?? ''),
      listOf(properties['IPAddresses']).map((address) => textOf(address) ?? ''),
    );
  return found;
};
