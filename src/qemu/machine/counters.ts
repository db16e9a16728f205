import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterCounters, DiskCounters, MachineCounters } from '../../core/ports.ts';
import type { QmpResult } from '../../qmp/commands.ts';
import { driveDevice } from '../command-line/ids.ts';
import type { Wire } from '../command-line/layout.ts';
import { recordOf, type MachineContext } from './context.ts';
import type { ToldInterface } from './guest-interfaces.ts';

const NO_COUNTERS: MachineCounters = { processorMs: 0, disks: new Map(), adapters: new Map() };
const INTERFACES = '/sys/class/net';

/** What one machine has used: CPU time from /proc, disks from QEMU, adapters from their taps or from the guest. */
export class CounterSampler {
  readonly #context: MachineContext;
  #counters = NO_COUNTERS;
  /** By MAC address; what the guest says of itself, and only that where the network is QEMU's own. */
  #guest: ReadonlyMap<string, AdapterCounters> = new Map();

  constructor(context: MachineContext) {
    this.#context = context;
  }

  get counters(): MachineCounters {
    return this.#counters;
  }

  async sample(processorMs: number): Promise<void> {
    const { monitor, disks } = this.#context;
    this.#counters = {
      processorMs,
      disks: diskCounters(disks.keys(), await monitor.execute('query-blockstats', {})),
      adapters: await this.#adapters(),
    };
  }

  noteGuest(told: readonly ToldInterface[]): void {
    this.#guest = new Map(told.flatMap(({ mac, traffic }) => (traffic === null ? [] : [[mac, traffic]])));
  }

  async #adapters(): Promise<ReadonlyMap<string, AdapterCounters>> {
    const { wires } = recordOf(this.#context);
    const counters = new Map<string, AdapterCounters>();
    for (const { id, mac } of this.#context.adapters.values()) {
      const tap = tapOf(wires[id]);
      const found = tap === null ? this.#guest.get(mac.toUpperCase()) : await tapTraffic(tap);
      if (found !== undefined) counters.set(id, found);
    }
    return counters;
  }
}

const diskCounters = (
  disks: Iterable<string>,
  stats: QmpResult<'query-blockstats'>,
): ReadonlyMap<string, DiskCounters> => {
  const byDevice = new Map(
    stats.flatMap(({ qdev, stats: one }) => (qdev === undefined ? [] : [[lastPart(qdev), one]])),
  );
  const counters = new Map<string, DiskCounters>();
  for (const id of disks) {
    const found = byDevice.get(driveDevice(id));
    if (found === undefined) continue;
    counters.set(id, {
      readBytes: found.rd_bytes,
      writtenBytes: found.wr_bytes,
      operations: found.rd_operations + found.wr_operations,
      busyMs: (found.rd_total_time_ns + found.wr_total_time_ns) / 1e6,
    });
  }
  return counters;
};

/** A device is named by its id, or by the path of it or of what it holds: `/machine/peripheral/drive-1/virtio-backend`. */
const lastPart = (qdev: string): string => {
  const parts = qdev.split('/');
  return parts.findLast((part) => part.startsWith('drive-')) ?? qdev;
};

const tapOf = (wire: Wire | undefined): string | null => {
  if (wire === undefined) return null;
  if (wire.kind === 'tap') return wire.device;
  return wire.plug?.kind === 'tap' ? wire.plug.device : null;
};

/** What the host receives from a tap, the guest has sent. Undefined: the tap is gone. */
const tapTraffic = async (device: string): Promise<AdapterCounters | undefined> => {
  const read = async (name: string): Promise<number> =>
    Number(await readFile(join(INTERFACES, device, 'statistics', name), 'utf8'));
  try {
    return { receivedBytes: await read('tx_bytes'), sentBytes: await read('rx_bytes') };
  } catch {
    return undefined;
  }
};
