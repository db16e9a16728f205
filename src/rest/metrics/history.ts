import { totalOf, type RunningMachines, type Traffic } from './traffic.ts';

/** Seconds between two looks. */
const EVERY_SECONDS = 20;
/** Looks that are kept: an hour, 4 kB for each machine that ran in it and nothing for the others. */
const KEPT = 180;

/** Of more machines than these only those are kept that run: forks come and go by the thousand. */
const MOST = 2000;

/** What is kept of a machine at each look: percent, MB, bytes a second. */
const LINES = [
  'cpuPercent',
  'memoryUsageMb',
  'diskReadBytesPerSecond',
  'diskWrittenBytesPerSecond',
  'networkReceivedBytesPerSecond',
  'networkSentBytesPerSecond',
] as const;

/** Null: the machine did not run, or nobody can tell. */
export type Sample = { readonly at: string } & Readonly<Record<(typeof LINES)[number], number | null>>;

/** Read, written, received, sent; null: nobody can tell. */
type Counters = readonly (number | null)[];

interface Kept {
  /** LINES of each look, NaN for null; a look has the same place with every machine. */
  readonly values: Float32Array;
  /** Numbers of the looks that saw it first and last. */
  readonly first: number;
  last: number;
  counters: Counters;
}

/** Figures of the last hour of machines that run, for charts. In memory only: it begins anew with the service. */
export class FigureHistory {
  readonly everySeconds = EVERY_SECONDS;
  readonly #running: RunningMachines;
  readonly #traffic: Traffic;
  readonly #times = new Float64Array(KEPT);
  readonly #machines = new Map<string, Kept>();
  #looks = 0;
  #since = Date.now();
  #timer: NodeJS.Timeout | null = null;

  constructor(running: RunningMachines, traffic: Traffic) {
    this.#running = running;
    this.#traffic = traffic;
  }

  /** When the service began to look, ISO 8601. */
  get since(): string {
    return new Date(this.#since).toISOString();
  }

  begin(): void {
    this.#since = Date.now();
    this.#timer = setInterval(() => this.look(Date.now()), EVERY_SECONDS * 1000);
    // Figures alone keep no service alive.
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Keeps what machines that run do at `now`, milliseconds since 1970. */
  look(now: number): void {
    const look = this.#looks++;
    const before = look === 0 ? now : (this.#times[(look - 1) % KEPT] ?? now);
    this.#times[look % KEPT] = now;
    for (const { id, cpuPercent, memoryUsageMb } of this.#running()) {
      const known = this.#machines.get(id);
      const kept = known ?? {
        values: new Float32Array(KEPT * LINES.length).fill(NaN),
        first: look,
        last: look,
        counters: [],
      };
      if (known === undefined) this.#machines.set(id, kept);
      const counters = this.#countersOf(id);
      // Who did not run at the look before has counters that began anew since.
      const last = kept.last === look - 1 ? kept.counters : [];
      const rates = counters.map((is, n) => rate(last[n] ?? null, is, (now - before) / 1000));
      kept.values.set([cpuPercent, memoryUsageMb, ...rates], (look % KEPT) * LINES.length);
      kept.last = look;
      kept.counters = counters;
    }
    for (const [id, kept] of this.#machines) {
      if (kept.last === look) continue;
      if (look - kept.last >= KEPT || this.#machines.size > MOST) this.#machines.delete(id);
      else kept.values.fill(NaN, (look % KEPT) * LINES.length, (look % KEPT) * LINES.length + LINES.length);
    }
  }

  /** Oldest first; from the first look on that saw the machine run. */
  of(id: string): readonly Sample[] {
    const kept = this.#machines.get(id);
    if (kept === undefined) return [];
    const samples: Sample[] = [];
    for (let look = Math.max(kept.first, this.#looks - KEPT); look < this.#looks; look++) {
      const place = look % KEPT;
      const values = LINES.map((line, n) => {
        const value = kept.values[place * LINES.length + n] ?? NaN;
        return [line, Number.isNaN(value) ? null : Math.round(value)];
      });
      samples.push({ at: new Date(this.#times[place] ?? 0).toISOString(), ...Object.fromEntries(values) } as Sample);
    }
    return samples;
  }

  #countersOf(id: string): Counters {
    const { disks, adapters } = this.#traffic(id) ?? { disks: [], adapters: [] };
    return [
      totalOf(disks, 'inBytes'),
      totalOf(disks, 'outBytes'),
      totalOf(adapters, 'inBytes'),
      totalOf(adapters, 'outBytes'),
    ];
  }
}

/** A counter that is smaller now has begun anew. */
const rate = (was: number | null, is: number | null, seconds: number): number =>
  was === null || is === null || is < was || seconds <= 0 ? NaN : (is - was) / seconds;
