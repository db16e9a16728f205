import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '../../core/errors.ts';
import type { AdapterSpec } from '../../core/machine-spec.ts';
import { isCommandError } from '../../qmp/errors.ts';
import { makeTapFor, peerFor, portPlace, removeWire, tapOf, wireFor } from '../attach.ts';
import { adapterDeviceFor, plugNetworks, wireNetworks } from '../command-line/adapters.ts';
import { ADAPTER_SLOTS } from '../command-line/addresses.ts';
import { bootIndexes } from '../command-line/boot-order.ts';
import { adapterDevice, adapterPeer, hubPlugNetwork, hubPlugPort } from '../command-line/ids.ts';
import type { Wire } from '../command-line/layout.ts';
import { recordOf, touch, type MachineContext } from './context.ts';
import { peripherals } from './peripherals.ts';
import { unplug } from './unplug.ts';

export async function addAdapter(context: MachineContext, adapter: AdapterSpec): Promise<void> {
  const { spec, host, monitor } = context;
  await context.leftBehind.require(adapter.id);
  const record = recordOf(context);
  if (record.adapterSlots[adapter.id] !== undefined)
    throw new DomainError('inUse', 'The machine has this network adapter already.');
  const taken = new Set(Object.values(record.adapterSlots));
  const slot = Array.from({ length: ADAPTER_SLOTS[spec.generation] }, (_, index) => index).find(
    (index) => !taken.has(index),
  );
  if (slot === undefined)
    throw new DomainError(
      'invalidParameter',
      `The machine has ${ADAPTER_SLOTS[spec.generation]} network adapters, and no place for more.`,
    );
  const wire = wireFor(context.id, adapter, peerFor(adapter));
  await touch(context, adapter.id);
  await host.records.change(context.id, {
    adapterSlots: { ...record.adapterSlots, [adapter.id]: slot },
    wires: { ...record.wires, [adapter.id]: wire },
  });
  let wired = false;
  try {
    await makeTapFor(host, context.id, adapter, wire);
    await addNetworks(context, wireNetworks(adapter.id, slot, wire));
    wired = true;
    const options = { slot, bootIndex: undefined, networkRoms: host.networkRoms };
    await monitor.execute('device_add', adapterDeviceFor(spec, adapter, options));
  } catch (error) {
    if (wired) await removeNetworks(context, adapter.id, wire);
    await forget(context, adapter.id, wire);
    throw error;
  }
  context.adapters.set(adapter.id, adapter);
  if (adapter.network.kind === 'none') await setLink(context, adapter.id, false);
}

export async function removeAdapter(context: MachineContext, adapterId: string): Promise<void> {
  const { wire } = place(context, adapterId);
  await touch(context, adapterId);
  await unplug(context.monitor, adapterDevice(adapterId));
  context.adapters.delete(adapterId);
  await context.leftBehind.clear(adapterId, () => clearWire(context, adapterId, wire));
}

/** Of an adapter that is gone from the guest. */
async function clearWire(context: MachineContext, adapterId: string, wire: Wire): Promise<void> {
  await removeNetworks(context, adapterId, wire);
  await forget(context, adapterId, wire);
}

/**
 * Swaps what is behind the adapter while the guest runs: a tap that is the adapter's own peer is moved between bridges,
 * behind a hub one network is taken out and another put in. The guest sees the link go down and up. From a tap of its own
 * to the NAT network there is no such way: the adapter itself is pulled and plugged anew. When the new network cannot be
 * had, the old one stays.
 */
export async function connectAdapter(context: MachineContext, adapter: AdapterSpec): Promise<void> {
  const before = context.adapters.get(adapter.id);
  if (before === undefined) throw new DomainError('invalidParameter', 'The machine has no such network adapter.');
  await touch(context, adapter.id);
  if (await changeRules(context, before, adapter)) return;
  await setLink(context, adapter.id, false);
  try {
    await rewire(context, adapter);
    if (adapter.network.kind !== 'none') await linkUp(context, adapter.id);
  } catch (error) {
    const isPresent = (await peripherals(context.monitor)).has(adapterDevice(adapter.id));
    await restoreAdapter(context, before, isPresent);
    throw error;
  }
  context.adapters.set(adapter.id, adapter);
}

/** Not of a guest that still has the address of another machine (renew-adapters.ts). */
async function linkUp(context: MachineContext, adapterId: string): Promise<void> {
  if (recordOf(context).formerMacs[adapterId] === undefined) await setLink(context, adapterId, true);
}

/** Other rules on the same bridge and in the same VLAN: the guest notices nothing. */
async function changeRules(context: MachineContext, before: AdapterSpec, adapter: AdapterSpec): Promise<boolean> {
  const [was, is] = [before.network, adapter.network];
  if (was.kind !== 'bridge' || is.kind !== 'bridge' || was.bridge !== is.bridge) return false;
  if ((was.rules?.vlan ?? null) !== (is.rules?.vlan ?? null)) return false;
  const device = tapOf(place(context, adapter.id).wire);
  if (device === null) return false;
  await context.host.network.plug(portPlace(device, adapter));
  context.adapters.set(adapter.id, adapter);
  return true;
}

async function rewire(context: MachineContext, adapter: AdapterSpec): Promise<void> {
  const { slot, wire } = place(context, adapter.id);
  const { network } = adapter;
  if (wire.kind === 'hub') await plugHub(context, adapter, slot, wire);
  else if (network.kind === 'user') await replaceByHub(context, adapter, slot, wire);
  else await context.host.network.plug(portPlace(wire.device, adapter));
}

type Hub = Extract<Wire, { kind: 'hub' }>;
const EMPTY_HUB: Hub = { kind: 'hub', plug: null };

async function plugHub(context: MachineContext, adapter: AdapterSpec, slot: number, wire: Hub): Promise<void> {
  await pullHub(context, adapter.id, wire);
  const next = wireFor(context.id, adapter, 'hub');
  if (next.kind !== 'hub' || next.plug === null) return;
  await setWire(context, adapter.id, next);
  try {
    await makeTapFor(context.host, context.id, adapter, next);
    await addNetworks(context, plugNetworks(adapter.id, slot, next.plug));
  } catch (error) {
    await setWire(context, adapter.id, EMPTY_HUB);
    await removeWire(context.host, next);
    throw error;
  }
}

async function pullHub(context: MachineContext, adapterId: string, wire: Hub): Promise<void> {
  if (wire.plug === null) return;
  await deleteNetwork(context, hubPlugPort(adapterId));
  await deleteNetwork(context, hubPlugNetwork(adapterId));
  await setWire(context, adapterId, EMPTY_HUB);
  await removeWire(context.host, wire);
}

/**
 * Takes the NAT networks away from their hubs: QEMU would save their state, and the machine could then be restored only with
 * exactly as many, in the same order. Connections through them end with the process in any case. The links stay up.
 */
export async function pullNatNetworks(context: MachineContext): Promise<void> {
  for (const [adapterId, wire] of Object.entries(recordOf(context).wires)) {
    if (wire.kind === 'hub' && wire.plug?.kind === 'user') await pullHub(context, adapterId, wire);
  }
}

/** Puts back what pullNatNetworks took. */
export async function plugNatNetworks(context: MachineContext): Promise<void> {
  const { adapterSlots, wires } = recordOf(context);
  for (const adapter of context.adapters.values()) {
    const [slot, wire] = [adapterSlots[adapter.id], wires[adapter.id]];
    // One that the guest lost before its service died comes back later (take-back.ts).
    if (slot === undefined || wire === undefined) continue;
    const missing = wire.kind === 'hub' && wire.plug === null && adapter.network.kind === 'user';
    if (missing) await plugHub(context, adapter, slot, wire);
  }
}

/**
 * The guest sees its adapter go, and another one come in its place with another address (K30); it must cooperate. The link is
 * down until then.
 */
export async function plugAnew(context: MachineContext, adapter: AdapterSpec): Promise<void> {
  const { slot, wire } = place(context, adapter.id);
  await touch(context, adapter.id);
  if (wire.kind === 'tap' && adapter.network.kind === 'user') return replaceByHub(context, adapter, slot, wire);
  await unplug(context.monitor, adapterDevice(adapter.id));
  await plugDevice(context, adapter, slot);
  if (adapter.network.kind === 'none') await setLink(context, adapter.id, false);
}

/** The guest sees its adapter go and come back with the same address; it must cooperate. */
async function replaceByHub(context: MachineContext, adapter: AdapterSpec, slot: number, wire: Wire): Promise<void> {
  const { monitor } = context;
  await unplug(monitor, adapterDevice(adapter.id));
  await deleteNetwork(context, adapterPeer(adapter.id));
  const next = wireFor(context.id, adapter, 'hub');
  await setWire(context, adapter.id, next);
  await removeWire(context.host, wire);
  await addNetworks(context, wireNetworks(adapter.id, slot, next));
  await plugDevice(context, adapter, slot);
}

async function plugDevice(context: MachineContext, adapter: AdapterSpec, slot: number): Promise<void> {
  const { monitor, spec, host } = context;
  const bootIndex = bootIndexes(spec).get(adapter.id);
  await monitor.execute(
    'device_add',
    adapterDeviceFor(spec, adapter, { slot, bootIndex, networkRoms: host.networkRoms }),
  );
}

/** All of them or none. */
async function addNetworks(
  context: MachineContext,
  networks: readonly { readonly [member: string]: unknown }[],
): Promise<void> {
  const added: string[] = [];
  try {
    for (const network of networks) {
      await context.monitor.execute('netdev_add', network);
      added.unshift(String(network['id']));
    }
  } catch (error) {
    for (const id of added) await context.monitor.execute('netdev_del', { id }).catch(() => {});
    throw error;
  }
}

export async function setLink(context: Pick<MachineContext, 'monitor'>, adapterId: string, up: boolean): Promise<void> {
  await context.monitor.execute('set_link', { name: adapterDevice(adapterId), up });
}

async function removeNetworks(context: MachineContext, adapterId: string, wire: Wire): Promise<void> {
  const plugged = wire.kind === 'hub' && wire.plug !== null;
  const ids = plugged
    ? [hubPlugPort(adapterId), hubPlugNetwork(adapterId), adapterPeer(adapterId)]
    : [adapterPeer(adapterId)];
  for (const id of ids) await deleteNetwork(context, id);
}

/** One that is gone is gone: a service may have died behind its end. */
async function deleteNetwork({ monitor }: MachineContext, id: string): Promise<void> {
  await monitor.execute('netdev_del', { id }).catch((error: unknown) => {
    if (!isCommandError(error, 'DeviceNotFound')) throw error;
  });
}

/** After the death of a service: an adapter goes that is in no record of the service, when the guest lets it. */
export async function dropAdapter(context: MachineContext, adapterId: string, isPresent: boolean): Promise<void> {
  // Whatever the guest does: through it, it reaches nobody.
  if (isPresent) await setLink(context, adapterId, false);
  await unplug(context.monitor, adapterDevice(adapterId));
  await clearWire(context, adapterId, place(context, adapterId).wire);
}

/**
 * An adapter is there, on its network again: one that could not be moved, or, after the death of a service, what its record names.
 */
export async function restoreAdapter(context: MachineContext, adapter: AdapterSpec, isPresent: boolean): Promise<void> {
  const [slot, wire] = [recordOf(context).adapterSlots[adapter.id], recordOf(context).wires[adapter.id]];
  if (isPresent && slot !== undefined && wire !== undefined) {
    const missing =
      wire.kind === 'hub' && isDeepStrictEqual(wire, wireFor(context.id, adapter, 'hub')) ? wire.plug : null;
    if (missing === null) await rewire(context, adapter);
    else await addMissing(context, plugNetworks(adapter.id, slot, missing));
    return adapter.network.kind === 'none' ? setLink(context, adapter.id, false) : linkUp(context, adapter.id);
  }
  if (wire !== undefined) await clearWire(context, adapter.id, wire);
  await addAdapter(context, adapter);
}

/** Connections through those that are there go on. */
async function addMissing(
  { monitor }: MachineContext,
  networks: readonly { readonly [member: string]: unknown }[],
): Promise<void> {
  for (const network of networks)
    await monitor.execute('netdev_add', network).catch((error: unknown) => {
      if (!isCommandError(error) || !/Duplicate ID/.test(error.message)) throw error;
    });
}

async function setWire(context: MachineContext, adapterId: string, wire: Wire): Promise<void> {
  await context.host.records.change(context.id, { wires: { ...recordOf(context).wires, [adapterId]: wire } });
}

async function forget(context: MachineContext, adapterId: string, wire: Wire): Promise<void> {
  await removeWire(context.host, wire);
  const { wires, adapterSlots, formerMacs } = recordOf(context);
  const { [adapterId]: _wire, ...otherWires } = wires;
  const { [adapterId]: _slot, ...otherSlots } = adapterSlots;
  const { [adapterId]: _mac, ...otherMacs } = formerMacs;
  await context.host.records.change(context.id, {
    wires: otherWires,
    adapterSlots: otherSlots,
    formerMacs: otherMacs,
  });
}

function place(context: MachineContext, adapterId: string): { readonly slot: number; readonly wire: Wire } {
  const { adapterSlots, wires } = recordOf(context);
  const [slot, wire] = [adapterSlots[adapterId], wires[adapterId]];
  if (slot === undefined || wire === undefined)
    throw new DomainError('invalidParameter', 'The machine has no such network adapter.');
  return { slot, wire };
}
