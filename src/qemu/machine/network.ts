import { DomainError } from '../../core/errors.ts';
import type { AdapterSpec } from '../../core/ports.ts';
import { makeTapFor, plugFor, removeWire, wireFor } from '../attach.ts';
import { adapterDeviceFor, plugNetworks, wireNetworks } from '../command-line/adapters.ts';
import { ADAPTER_SLOTS } from '../command-line/addresses.ts';
import { adapterDevice, adapterPeer, hubPlugNetwork, hubPlugPort } from '../command-line/ids.ts';
import type { Wire } from '../command-line/layout.ts';
import { moveTap } from '../supervise/taps.ts';
import { recordOf, type MachineContext } from './context.ts';
import { unplug } from './unplug.ts';

export async function addAdapter(context: MachineContext, adapter: AdapterSpec): Promise<void> {
  const { spec, host, monitor } = context;
  if (spec.generation === 1)
    throw new DomainError('invalidState', 'A generation 1 machine takes network adapters only when it is off.');
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
  const wire = wireFor(context.id, adapter);
  await host.records.change(context.id, {
    adapterSlots: { ...record.adapterSlots, [adapter.id]: slot },
    wires: { ...record.wires, [adapter.id]: wire },
  });
  const added: string[] = [];
  try {
    await makeTapFor(host, adapter, wire);
    for (const network of wireNetworks(adapter.id, slot, wire)) {
      await monitor.execute('netdev_add', network);
      added.unshift(String(network['id']));
    }
    const options = { slot, bootIndex: undefined, networkRoms: host.networkRoms };
    await monitor.execute('device_add', adapterDeviceFor(spec, adapter, options));
  } catch (error) {
    for (const id of added) await monitor.execute('netdev_del', { id }).catch(() => {});
    await forget(context, adapter.id, wire);
    throw error;
  }
  context.adapters.set(adapter.id, adapter);
  if (adapter.network.kind === 'none') await setLink(context, adapter.id, false);
}

export async function removeAdapter(context: MachineContext, adapterId: string): Promise<void> {
  if (context.spec.generation === 1)
    throw new DomainError('invalidState', 'A generation 1 machine gives network adapters back only when it is off.');
  const { wire } = place(context, adapterId);
  await unplug(context.monitor, adapterDevice(adapterId));
  await removeNetworks(context, adapterId, wire);
  context.adapters.delete(adapterId);
  await forget(context, adapterId, wire);
}

/**
 * Swaps what is behind the adapter while the guest runs. A tap that is the adapter's own peer is moved between bridges;
 * behind a hub the network is taken out and another put in. The guest sees the link go down and up.
 */
export async function connectAdapter(context: MachineContext, adapter: AdapterSpec): Promise<void> {
  const { slot, wire } = place(context, adapter.id);
  const { network } = adapter;
  await setLink(context, adapter.id, false);
  if (wire.kind === 'hub') await plugHub(context, adapter, slot, wire);
  else if (network.kind === 'user') {
    throw new DomainError(
      'invalidState',
      'An adapter that started on a bridge cannot be moved to the NAT switch while the machine runs. Turn the machine off first.',
    );
  } else await moveTap(wire.device, network.kind === 'bridge' ? network.bridge : null);
  context.adapters.set(adapter.id, adapter);
  if (network.kind !== 'none') await setLink(context, adapter.id, true);
}

async function plugHub(
  context: MachineContext,
  adapter: AdapterSpec,
  slot: number,
  wire: Extract<Wire, { kind: 'hub' }>,
): Promise<void> {
  const { monitor, host } = context;
  if (wire.plug !== null) {
    await monitor.execute('netdev_del', { id: hubPlugPort(adapter.id) });
    await monitor.execute('netdev_del', { id: hubPlugNetwork(adapter.id) });
    await setWire(context, adapter.id, { kind: 'hub', plug: null });
    await removeWire(wire);
  }
  const plug = plugFor(context.id, adapter);
  if (plug === null) return;
  const next: Wire = { kind: 'hub', plug };
  await setWire(context, adapter.id, next);
  await makeTapFor(host, adapter, next);
  for (const network of plugNetworks(adapter.id, slot, plug)) await monitor.execute('netdev_add', network);
}

export async function setLink(context: Pick<MachineContext, 'monitor'>, adapterId: string, up: boolean): Promise<void> {
  await context.monitor.execute('set_link', { name: adapterDevice(adapterId), up });
}

async function removeNetworks(context: MachineContext, adapterId: string, wire: Wire): Promise<void> {
  const plugged = wire.kind === 'hub' && wire.plug !== null;
  const ids = plugged
    ? [hubPlugPort(adapterId), hubPlugNetwork(adapterId), adapterPeer(adapterId)]
    : [adapterPeer(adapterId)];
  for (const id of ids) await context.monitor.execute('netdev_del', { id });
}

async function setWire(context: MachineContext, adapterId: string, wire: Wire): Promise<void> {
  await context.host.records.change(context.id, { wires: { ...recordOf(context).wires, [adapterId]: wire } });
}

async function forget(context: MachineContext, adapterId: string, wire: Wire): Promise<void> {
  await removeWire(wire);
  const { wires, adapterSlots } = recordOf(context);
  const { [adapterId]: _wire, ...otherWires } = wires;
  const { [adapterId]: _slot, ...otherSlots } = adapterSlots;
  await context.host.records.change(context.id, { wires: otherWires, adapterSlots: otherSlots });
}

function place(context: MachineContext, adapterId: string): { readonly slot: number; readonly wire: Wire } {
  const { adapterSlots, wires } = recordOf(context);
  const [slot, wire] = [adapterSlots[adapterId], wires[adapterId]];
  if (slot === undefined || wire === undefined)
    throw new DomainError('invalidParameter', 'The machine has no such network adapter.');
  return { slot, wire };
}
