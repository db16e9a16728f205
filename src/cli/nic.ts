import type { Host } from '../client/host.ts';
import type { AdapterChange, NetworkAdapter } from '../client/network-adapter.ts';
import { connectHost, type ConnectOptions, UsageError } from './connect.ts';
import { plainMac } from './mac-address.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printHostList } from './print/print-list.ts';
import { wholeNumber } from './whole-number.ts';

export interface NicOptions extends ConnectOptions {
  /** Name or number of the adapter; missing: the only one. */
  readonly nic?: string;
}

async function withMachine(
  name: string,
  options: ConnectOptions,
  work: (machine: string, host: Host) => Promise<void>,
): Promise<void> {
  const host = await connectHost(options);
  try {
    await work((await host.machines.find(name)).id, host);
  } finally {
    host.close();
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
  printHostList(flags, LISTING, async ({ machines, nics, switches }) => {
    const held = await nics.list((await machines.find(name)).id);
    const names = new Map((await switches.list()).map((one) => [one.id, one.name]));
    return held.map((one, index) => ({
      number: index + 1,
      ...one,
      switch: one.switch === null ? null : (names.get(one.switch) ?? one.switch),
    }));
  });

/** A machine without adapters gets one. */
export async function connectNic(name: string, switchName: string, options: NicOptions): Promise<void> {
  await withMachine(name, options, async (machine, { nics, switches }) => {
    const target = await switches.find(switchName);
    const held = await nics.list(machine);
    const adapter =
      held.length === 0 && options.nic === undefined
        ? await nics.add(machine, { switchId: target.id })
        : choose(held, options.nic);
    if (held.length > 0) await nics.connect(machine, adapter, target.id);
    console.log(`${printable(adapter.name)} is connected to ${printable(target.name)}.`);
  });
}

export interface NicAddition extends ConnectOptions {
  readonly switch?: string;
  readonly name?: string;
}

export async function addNic(name: string, options: NicAddition): Promise<void> {
  await withMachine(name, options, async (machine, { nics, switches }) => {
    const target = options.switch === undefined ? null : await switches.find(options.switch);
    const adapter = await nics.add(machine, { name: options.name, switchId: target?.id ?? null });
    const plugged = target === null ? '' : ` and connected to ${printable(target.name)}`;
    console.log(`${printable(adapter.name)} is added${plugged}.`);
  });
}

export async function removeNic(name: string, options: NicOptions): Promise<void> {
  await withMachine(name, options, async (machine, { nics }) => {
    const adapter = choose(await nics.list(machine), options.nic);
    await nics.remove(machine, adapter);
    console.log(`${printable(adapter.name)} is removed.`);
  });
}

export async function disconnectNic(name: string, options: NicOptions): Promise<void> {
  await withMachine(name, options, async (machine, { nics }) => {
    const adapter = choose(await nics.list(machine), options.nic);
    await nics.disconnect(machine, adapter);
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

const onOff = (text: string, flag: string): boolean => {
  if (text !== 'on' && text !== 'off') throw new UsageError(`${flag} is on or off.`);
  return text === 'on';
};

const LAST_VLAN = 4094;

const vlanOf = (text: string): number => {
  const vlan = wholeNumber(text, '--vlan');
  if (vlan < 1 || vlan > LAST_VLAN) throw new UsageError(`--vlan is from 1 to ${LAST_VLAN}, or none.`);
  return vlan;
};

const macOf = (text: string): string => {
  if (!/^(?:[0-9A-F]{2}[:-]?){5}[0-9A-F]{2}$/i.test(text))
    throw new UsageError('--mac is an address like 00:15:5D:00:00:01, or dynamic.');
  return plainMac(text);
};

/** What the flags ask for, all read before anything is changed. */
const changeOf = ({ mac, vlan, limit, macSpoofing, dhcpGuard, routerGuard }: NicFlags): AdapterChange => ({
  ...(mac === undefined ? {} : { mac: mac === 'dynamic' ? null : macOf(mac) }),
  ...(vlan === undefined ? {} : { vlan: vlan === 'none' ? null : vlanOf(vlan) }),
  ...(limit === undefined ? {} : { limit: limit === 'none' ? null : wholeNumber(limit, '--limit') * 1_000_000 }),
  ...(macSpoofing === undefined ? {} : { macSpoofing: onOff(macSpoofing, '--mac-spoofing') }),
  ...(dhcpGuard === undefined ? {} : { dhcpGuard: onOff(dhcpGuard, '--dhcp-guard') }),
  ...(routerGuard === undefined ? {} : { routerGuard: onOff(routerGuard, '--router-guard') }),
});

export async function setNic(name: string, flags: NicFlags): Promise<void> {
  const change = changeOf(flags);
  if (Object.keys(change).length === 0) throw new UsageError('Say what to set, such as --vlan 42.');
  await withMachine(name, flags, async (machine, { nics }) => {
    const adapter = choose(await nics.list(machine), flags.nic);
    await nics.change(machine, adapter, change);
    console.log(`${printable(adapter.name)} is set.`);
  });
}
