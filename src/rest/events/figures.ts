import type { Management } from '../management/management.ts';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { instances, number, text } from '../management/values.ts';
import { totalOf, type Traffic } from '../metrics/traffic.ts';
import { heartbeatOf } from '../vms/view.ts';

/** EnabledState, load, memory, heartbeat, uptime (management-service, GetSummaryInformation). */
const REQUESTED = [100, 101, 103, 104, 105];
const RUNNING = 2;
/** Streams that ask within this time share one look. */
const FRESH_MS = 500;

/** Figures of running machines, which change without an event. */
export class Figures {
  readonly #traffic: Traffic;
  #read: { readonly at: number; readonly text: Promise<string> } | null = null;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  /** JSON of `{ at, items }`. */
  read(management: Management): Promise<string> {
    const now = performance.now();
    if (this.#read !== null && now - this.#read.at < FRESH_MS) return this.#read.text;
    const told = this.#look(management);
    this.#read = { at: now, text: told };
    return told;
  }

  async #look(management: Management): Promise<string> {
    const out = await management.run(MANAGEMENT_SERVICE, 'GetSummaryInformation', { RequestedInformation: REQUESTED });
    // Of the counters below, which are read at once: how fast they grow is not to depend on when this is heard.
    const at = new Date().toISOString();
    const items = instances(out['SummaryInformation'])
      .filter((summary) => number(summary, 'EnabledState') === RUNNING)
      .map((summary) => ({
        id: text(summary, 'Name'),
        cpuPercent: number(summary, 'ProcessorLoad') ?? 0,
        memoryUsageMb: number(summary, 'MemoryUsage') ?? 0,
        uptimeSeconds: Math.floor((number(summary, 'UpTime') ?? 0) / 1000),
        heartbeat: heartbeatOf(summary),
        ...this.#trafficOf(text(summary, 'Name') ?? ''),
      }));
    return JSON.stringify({ kind: 'figures', at, items });
  }

  /** Since the machine was started; null: nobody can tell. */
  #trafficOf(id: string): Readonly<Record<string, number | null>> {
    const { disks, adapters } = this.#traffic(id) ?? { disks: [], adapters: [] };
    return {
      diskReadBytes: totalOf(disks, 'inBytes'),
      diskWrittenBytes: totalOf(disks, 'outBytes'),
      networkReceivedBytes: totalOf(adapters, 'inBytes'),
      networkSentBytes: totalOf(adapters, 'outBytes'),
    };
  }
}
