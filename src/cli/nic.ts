import { NotFoundError } from '../client/by-name.ts';
import type { WsmanClient } from '../client/client.ts';
import { type Feature, type NetworkAdapter, NetworkAdapters } from '../client/network-adapters.ts';
import { VirtualSwitches } from '../client/switches.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { connect, type ConnectOptions, UsageError } from './connect.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printList } from './print/print-list.ts';
import { wholeNumber } from './whole-number.ts';

export interface NicOptions extends ConnectOptions {
  /** Name or number of the adapter; missing: the only one. */
  readonly nic?: string;
}

interface Found {
  readonly client: WsmanClient;
  readonly machine: string;
  readonly adapters: NetworkAdapters;
}

async function withMachine<T>(name: string, options: ConnectOptions, work: (found: Found) => Promise<T>): Promise<T> {
  const client = await connect(options);
  try {
    const { id } = await new VirtualMachines(client).find(name);
    return await work({ client, machine: id, adapters: new NetworkAdapters(client) });
  } finally {
    client.close();
  }
}

const choose = (held: readonly NetworkAdapter[], wanted: string | undefined): NetworkAdapter => {
  const number = wanted !== undefined && /^\d+$/.test(wanted) ? held[Number(wanted) - 1] : undefined;
  const found =
    wanted === undefined ? held : number === undefined ? held.filter(({ name }) => name === wanted) : [number];
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const names = held.map(({ name }, index) => `${index + 1} (${printable(name)})`).join(', ');
  throw new UsageError(
    held.length === 0 ? 'The machine has no network adapter.' : `Say which adapter with --nic: ${names}.`,
  );
};

type Row = NetworkAdapter & { readonly number: number };

const LISTING: Listing<Row> = {
  name: ({ name }) => name,
  columns: [
    { name: 'nic', text: ({ number }) => String(number) },
    { name: 'name', text: ({ name }) => name },
    { name: 'mac', text: ({ mac }) => (mac === '000000000000' ? 'dynamic' : mac) },
    { name: 'switch', text: (row) => row.switch ?? '' },
    { name: 'vlan', text: ({ vlan }) => (vlan === null ? '' : String(vlan)) },
    { name: 'id', wide: true, text: ({ id }) => id },
  ],
};

/** Switches by their names where they have one. */
export const listNics = (name: string, flags: ListFlags): Promise<void> =>
  printList(flags, LISTING, async (client) => {
    const { id } = await new VirtualMachines(client).find(name);
    const held = await new NetworkAdapters(client).list(id);
    const names = new Map((await new VirtualSwitches(client).list()).map((one) => [one.id, one.name]));
    return held.map((one, index) => ({
      number: index + 1,
      ...one,
      switch: one.switch === null ? null : (names.get(one.switch) ?? one.switch),
    }));
  });

/** A machine without adapters gets one. */
export async function connectNic(name: string, switchName: string, options: NicOptions): Promise<void> {
  await withMachine(name, options, async ({ client, machine, adapters }) => {
    const switches = new VirtualSwitches(client);
    const target = await switches.find(switchName);
    if ((await adapters.list(machine)).length === 0) await adapters.add(machine);
    const adapter = choose(await adapters.list(machine), options.nic);
    await adapters.connect(machine, adapter, switches.pathText(target.id));
    console.log(`${printable(adapter.name)} is connected to ${printable(target.name)}.`);
  });
}

export interface NicAddition extends ConnectOptions {
  readonly switch?: string;
  readonly name?: string;
}

/** Whole or not at all: an adapter that cannot be plugged in is taken out again. */
export async function addNic(name: string, options: NicAddition): Promise<void> {
  await withMachine(name, options, async ({ client, machine, adapters }) => {
    const switches = new VirtualSwitches(client);
    const target = options.switch === undefined ? null : await switches.find(options.switch);
    const added = await adapters.add(machine, options.name);
    const adapter = (await adapters.list(machine)).find(({ id }) => id === added);
    if (adapter === undefined) throw new NotFoundError(added, 'network adapter');
    if (target !== null)
      try {
        await adapters.connect(machine, adapter, switches.pathText(target.id));
      } catch (error) {
        // Why it was refused matters more than that it could not be taken back.
        await adapters.remove(adapter).catch(() => undefined);
        throw error;
      }
    const plugged = target === null ? '' : ` and connected to ${printable(target.name)}`;
    console.log(`${printable(adapter.name)} is added${plugged}.`);
  });
}

export async function removeNic(name: string, options: NicOptions): Promise<void> {
  await withMachine(name, options, async ({ machine, adapters }) => {
    const adapter = choose(await adapters.list(machine), options.nic);
    await adapters.remove(adapter);
    console.log(`${printable(adapter.name)} is removed.`);
  });
}

export async function disconnectNic(name: string, options: NicOptions): Promise<void> {
  await withMachine(name, options, async ({ machine, adapters }) => {
    const adapter = choose(await adapters.list(machine), options.nic);
    await adapters.disconnect(adapter);
    console.log(`${printable(adapter.name)} is disconnected.`);
  });
}

export interface NicFlags extends NicOptions {
  readonly vlan?: string;
  readonly mac?: string;
  readonly limit?: string;
  readonly macSpoofing?: string;
  readonly dhcpGuard?: string;
  readonly routerGuard?: string;
}

const SECURITY = 'Msvm_EthernetSwitchPortSecuritySettingData';
const VLAN = 'Msvm_EthernetSwitchPortVlanSettingData';
const BANDWIDTH = 'Msvm_EthernetSwitchPortBandwidthSettingData';
const ACCESS = 1;

const onOff = (text: string, flag: string): boolean => {
  if (text !== 'on' && text !== 'off') throw new UsageError(`${flag} is on or off.`);
  return text === 'on';
};

/** What the flags ask for, all read before anything is changed. */
const featuresOf = (flags: NicFlags): readonly Feature[] => {
  const features: Feature[] = [];
  if (flags.vlan !== undefined)
    features.push([
      VLAN,
      flags.vlan === 'none' ? null : { OperationMode: ACCESS, AccessVlanId: wholeNumber(flags.vlan, '--vlan') },
    ]);
  if (flags.limit !== undefined)
    features.push([
      BANDWIDTH,
      flags.limit === 'none' ? null : { Limit: wholeNumber(flags.limit, '--limit') * 1_000_000 },
    ]);
  const security = {
    ...(flags.macSpoofing === undefined ? {} : { AllowMacSpoofing: onOff(flags.macSpoofing, '--mac-spoofing') }),
    ...(flags.dhcpGuard === undefined ? {} : { EnableDhcpGuard: onOff(flags.dhcpGuard, '--dhcp-guard') }),
    ...(flags.routerGuard === undefined ? {} : { EnableRouterGuard: onOff(flags.routerGuard, '--router-guard') }),
  };
  if (Object.keys(security).length > 0) features.push([SECURITY, security]);
  return features;
};

export async function setNic(name: string, flags: NicFlags): Promise<void> {
  const features = featuresOf(flags);
  if (features.length === 0 && flags.mac === undefined) throw new UsageError('Say what to set, such as --vlan 42.');
  await withMachine(name, flags, async ({ machine, adapters }) => {
    const adapter = choose(await adapters.list(machine), flags.nic);
    if (flags.mac !== undefined) await adapters.setMac(adapter, flags.mac === 'dynamic' ? null : flags.mac);
    for (const feature of features) await adapters.setFeature(machine, adapter, feature);
    console.log(`${printable(adapter.name)} is set.`);
  });
}
