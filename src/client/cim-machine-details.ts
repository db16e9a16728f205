import type { CimClient } from './cim-client.ts';
import {
  adapterGuid,
  drawnMac,
  guestAddressQuery,
  type MachineAdapter,
  type MachineDetails,
} from './machine-details.ts';
import { partOf } from './machine-parts.ts';
import { NetworkAdapters } from './network-adapters.ts';
import { listOf, numberOf, textOf } from './object.ts';
import { disksOf } from './plan-details.ts';
import { machineSummary } from './summaries.ts';
import { VirtualSwitches } from './switches.ts';

/** In calls of Hyper-V's API. `checkpointCount`: known to who has listed them. @throws MethodError */
export const machineDetails = async (
  client: CimClient,
  id: string,
  checkpointCount: number,
): Promise<MachineDetails> => {
  const summary = await machineSummary(client, id);
  const system = await client.get({
    className: 'Msvm_VirtualSystemSettingData',
    selectors: { InstanceID: `Microsoft:${id}` },
  });
  const memory = (await partOf(client, 'Msvm_MemorySettingData', id))?.properties;
  const serial = (await partOf(client, 'Msvm_SerialPortSettingData', id))?.properties;
  const dynamic = textOf(memory?.['DynamicMemoryEnabled']) === 'true';
  return {
    ...summary,
    secureBoot: summary.generation === 2 ? textOf(system.properties['SecureBootEnabled']) === 'true' : null,
    memory: {
      startup: numberOf(memory?.['VirtualQuantity']),
      dynamic,
      minimum: dynamic ? numberOf(memory?.['Reservation']) : null,
      maximum: dynamic ? numberOf(memory?.['Limit']) : null,
    },
    serial: textOf(listOf(serial?.['Connection'])[0]) || null,
    checkpointCount,
    disks: (await disksOf(client, id)).map(({ place, kind, file }) => ({ place, kind, file })),
    adapters: await adaptersOf(client, id),
  };
};

const adaptersOf = async (client: CimClient, id: string): Promise<readonly MachineAdapter[]> => {
  const held = await new NetworkAdapters(client).list(id);
  if (held.length === 0) return [];
  const switches = new Map((await new VirtualSwitches(client).list()).map((each) => [each.id, each.name]));
  const addresses = await addressesOf(client, id);
  return held.map((adapter) => ({
    name: adapter.name,
    mac: drawnMac(adapter.mac),
    switch: adapter.switch === null ? null : (switches.get(adapter.switch) ?? adapter.switch),
    vlan: adapter.vlan,
    addresses: addresses.get((adapter.id.split('\\')[1] ?? '').toUpperCase()) ?? [],
  }));
};

const addressesOf = async (client: CimClient, id: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, readonly string[]>();
  for await (const { properties } of client.query(guestAddressQuery(id)))
    found.set(
      adapterGuid(textOf(properties['InstanceID']) ?? ''),
      listOf(properties['IPAddresses']).map((address) => textOf(address) ?? ''),
    );
  return found;
};
