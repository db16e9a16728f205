import { readFile } from 'node:fs/promises';
import { exchangeFiles } from '../../core/guests/exchange-files.ts';
import type { MachineFigures } from '../../core/ports.ts';
import { balloonStatsResult } from '../../qmp/commands.ts';
import { BALLOON_PATH } from '../command-line/ids.ts';
import type { AdapterLog } from '../log.ts';
import type { Monitor } from '../supervise/monitor.ts';
import type { CounterSampler } from './counters.ts';
import { displaySize } from './display-size.ts';
import type { GuestAgent, GuestSystem } from './guest-agent.ts';

const SAMPLE_MS = 2000;
/** A machine that starts has other things to do first. */
const FIRST_SAMPLE_MS = 200;
/** The guest is asked less often: it may be slow, and each question wakes it. */
const GUEST_EVERY = 4;
const AGENT_LIMIT_MS = 3000;
/** Linux counts CPU time in 1/100 s for user space on all architectures we run on (USER_HZ). */
const TICKS_PER_SECOND = 100;
const PAGE_MB = 4096 / 1024 / 1024;

/** Figures of one machine, taken in the background; a read gets the last ones. */
export class FigureSampler {
  readonly #monitor: Monitor;
  readonly #agent: GuestAgent;
  readonly #counters: CounterSampler;
  readonly #vncSocket: string;
  readonly #processors: number;
  readonly #log: AdapterLog;
  #figures: MachineFigures = {
    processorLoadPercent: 0,
    memoryUsageMb: 0,
    guestMemory: null,
    guestAgent: 'absent',
    guestOperatingSystem: null,
    guest: null,
    videoWidth: 0,
    videoHeight: 0,
  };
  /** It does not change while the machine runs. */
  #system: GuestSystem | null = null;
  #last: { readonly ticks: number; readonly at: number } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #round = 0;
  #stopped = false;

  constructor(options: {
    monitor: Monitor;
    agent: GuestAgent;
    counters: CounterSampler;
    vncSocket: string;
    processors: number;
    log: AdapterLog;
  }) {
    this.#monitor = options.monitor;
    this.#agent = options.agent;
    this.#counters = options.counters;
    this.#vncSocket = options.vncSocket;
    this.#processors = options.processors;
    this.#log = options.log;
  }

  get figures(): MachineFigures {
    return this.#figures;
  }

  start(): void {
    this.#schedule(FIRST_SAMPLE_MS);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#agent.close();
  }

  /** A picture tells the size of the display for nothing. */
  noteDisplay(videoWidth: number, videoHeight: number): void {
    this.#figures = { ...this.#figures, videoWidth, videoHeight };
  }

  #schedule(delayMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      void this.#sample()
        .catch((error: unknown) => this.#log.debug({ err: error, pid: this.#monitor.process.pid }, 'no figures'))
        .finally(() => this.#schedule(SAMPLE_MS));
    }, delayMs);
    // Figures alone keep no service alive.
    this.#timer.unref();
  }

  async #sample(): Promise<void> {
    const askGuest = this.#round++ % GUEST_EVERY === 0;
    await this.#counters.sample(await this.#sampleProcess());
    await this.#sampleBalloon();
    if (!askGuest) return;
    // Before the agent: a silent one would keep the size of the screen from clients that want its picture.
    const size = await displaySize(this.#vncSocket, 1000);
    if (size !== null) this.noteDisplay(size.width, size.height);
    await this.#sampleAgent();
  }

  /**
   * Load over all virtual processors, from the CPU time of the whole process: query-stats is empty under TCG (spec qemu §6).
   * Resolves to that time in milliseconds.
   */
  async #sampleProcess(): Promise<number> {
    const { pid } = this.#monitor.process;
    const [stat, statm] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/statm`, 'utf8'),
    ]);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const at = performance.now();
    const before = this.#last;
    this.#last = { ticks, at };
    const memoryUsageMb = Math.round(Number(statm.split(' ')[1]) * PAGE_MB);
    this.#figures = { ...this.#figures, memoryUsageMb };
    const processorMs = (ticks / TICKS_PER_SECOND) * 1000;
    if (before === null || at <= before.at) return processorMs;
    const seconds = (at - before.at) / 1000;
    const load = ((ticks - before.ticks) / TICKS_PER_SECOND / seconds / this.#processors) * 100;
    this.#figures = { ...this.#figures, processorLoadPercent: Math.max(0, Math.min(100, Math.round(load))) };
    return processorMs;
  }

  async #sampleBalloon(): Promise<void> {
    const value = await this.#monitor.execute('qom-get', { path: BALLOON_PATH, property: 'guest-stats' });
    const stats = balloonStatsResult.safeParse(value);
    if (!stats.success || stats.data['last-update'] === 0) return;
    const available = megabytes(stats.data.stats['stat-available-memory']);
    // A Linux guest counts what the balloon holds as its own (deflate-on-oom): what it was given, QEMU knows.
    const { actual } = await this.#monitor.execute('query-balloon', {});
    const total = megabytes(actual);
    this.#figures = {
      ...this.#figures,
      guestMemory:
        available === null || total === null ? null : { availableMb: Math.min(available, total), totalMb: total },
    };
  }

  async #sampleAgent(): Promise<void> {
    const before = this.#figures.guestAgent;
    const answers = await this.#agent.ping(AGENT_LIMIT_MS).then(
      () => true,
      () => false,
    );
    if (!answers) {
      this.#figures = { ...this.#figures, guestAgent: before === 'absent' ? 'absent' : 'lost' };
      return;
    }
    this.#system ??= await this.#agent.operatingSystem(AGENT_LIMIT_MS).catch(() => null);
    this.#figures = { ...this.#figures, guestAgent: 'ok', guestOperatingSystem: this.#system?.name ?? null };
    const hostName = await this.#agent.hostName(AGENT_LIMIT_MS).catch(() => null);
    // An agent that does not tell this, or not now, is none that is lost.
    const told = await this.#agent.interfaces(AGENT_LIMIT_MS).catch(() => null);
    if (told !== null) this.#counters.noteGuest(told);
    const interfaces = told?.map(({ mac, addresses }) => ({ mac, addresses })) ?? this.#figures.guest?.interfaces ?? [];
    const pool = exchangeFiles(this.#system?.name ?? '').toHost;
    const exchange = await this.#agent
      .exchangeItems(pool, AGENT_LIMIT_MS)
      .catch(() => this.#figures.guest?.exchange ?? []);
    const clockBehindMs = await this.#clockBehind();
    const { version = null, kernel = null, architecture = null } = this.#system ?? {};
    this.#figures = {
      ...this.#figures,
      guest: { hostName, version, kernel, architecture, interfaces, clockBehindMs, exchange },
    };
  }

  /** From before the question, so that a slow answer makes no guest late. */
  async #clockBehind(): Promise<number | null> {
    const asked = Date.now();
    const told = await this.#agent.time(AGENT_LIMIT_MS).catch(() => null);
    return told === null ? null : asked - told;
  }
}

/** Null: the guest does not say (2^64-1), or says nonsense. */
function megabytes(bytes: number | undefined): number | null {
  return bytes === undefined || bytes < 0 || bytes > 2 ** 50 ? null : Math.round(bytes / 1024 / 1024);
}
