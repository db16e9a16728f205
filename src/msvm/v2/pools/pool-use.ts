import { fold } from '../../../cim/names.ts';
import { numberValue } from '../../../core/devices/effective.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import type { DomainFeed } from '../../../core/events/change.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { DeviceKind, DeviceSetting, VirtualSystem } from '../../../core/model.ts';
import { hasDevices } from '../devices/system-device.ts';

/** Kinds that are counted by amount; of all others a device is one. */
const BY_AMOUNT: ReadonlySet<DeviceKind> = new Set(['processor', 'memory']);

const amount = (setting: DeviceSetting): bigint =>
  BY_AMOUNT.has(setting.kind) ? BigInt(numberValue(setting, 'VirtualQuantity')) : 1n;

/** How much of each pool running systems hold; follows the feed, so that reading a pool visits no system. */
export class PoolUse {
  readonly #held = new Map<DeviceKind, bigint>();
  /** Of pools that settings name, by kind and PoolID. */
  readonly #heldFrom = new Map<string, bigint>();
  readonly #stop: () => void;

  constructor(graph: SystemGraph, feed: DomainFeed) {
    for (const system of graph.systems()) this.#add(system, 1n);
    this.#stop = feed.listen((change) => {
      if (change.kind !== 'system') return;
      const { before, after } = change;
      const same =
        before !== null && after !== null && before.active === after.active && hasDevices(before) === hasDevices(after);
      if (same) return;
      if (before !== null) this.#add(before, -1n);
      if (after !== null) this.#add(after, 1n);
    });
  }

  /** Virtual processors, megabytes of memory, or devices. */
  held(kind: DeviceKind): bigint {
    return this.#held.get(kind) ?? 0n;
  }

  /** The same of one pool that a client made. */
  heldFrom(kind: DeviceKind, poolId: string): bigint {
    return this.#heldFrom.get(`${kind}|${fold(poolId)}`) ?? 0n;
  }

  close(): void {
    this.#stop();
  }

  #add(system: VirtualSystem, sign: bigint): void {
    if (!hasDevices(system)) return;
    for (const setting of system.active.devices) {
      if (kindRow(setting.kind).pool === null) continue;
      this.#held.set(setting.kind, this.held(setting.kind) + sign * amount(setting));
      const poolId = setting.values['PoolID'];
      if (typeof poolId !== 'string' || poolId === '') continue;
      const held = this.heldFrom(setting.kind, poolId) + sign * amount(setting);
      if (held === 0n) this.#heldFrom.delete(`${setting.kind}|${fold(poolId)}`);
      else this.#heldFrom.set(`${setting.kind}|${fold(poolId)}`, held);
    }
  }
}
