import { pathKey } from '../path/compare-paths.ts';
import type { InstanceChange } from '../provider.ts';
import type { EventTimers } from './timers.ts';

interface Window {
  readonly until: number;
  pending: InstanceChange | null;
}

/**
 * WITHIN n: of one object the first change that makes an event is told at once, those of the next n seconds together at
 * their end. So no event is later than with polling every n seconds, and none comes more often (spec wql §6).
 */
export class ChangeWindows {
  readonly #length: number;
  readonly #timers: EventTimers;
  readonly #tell: (change: InstanceChange) => boolean;
  /** By object; every window is equally long, so the order of opening is the order of ending. */
  readonly #windows = new Map<string, Window>();
  #stop: (() => void) | undefined;

  /** `tell` says whether the change made an event. */
  constructor(lengthMs: number, timers: EventTimers, tell: (change: InstanceChange) => boolean) {
    this.#length = lengthMs;
    this.#timers = timers;
    this.#tell = tell;
  }

  offer(change: InstanceChange): void {
    const path = (change.current ?? change.previous)?.path() ?? null;
    if (path === null) {
      this.#tell(change);
      return;
    }
    const key = pathKey(path);
    const window = this.#windows.get(key);
    if (window !== undefined) {
      window.pending = join(window.pending, change);
      return;
    }
    if (this.#tell(change)) this.#open(key);
  }

  close(): void {
    this.#stop?.();
    this.#windows.clear();
  }

  #open(key: string): void {
    this.#windows.set(key, { until: this.#timers.now() + this.#length, pending: null });
    this.#arm();
  }

  #arm(): void {
    const [first] = this.#windows.values();
    if (this.#stop !== undefined || first === undefined) return;
    this.#stop = this.#timers.after(Math.max(0, first.until - this.#timers.now()), () => this.#end());
  }

  #end(): void {
    this.#stop = undefined;
    const now = this.#timers.now();
    const ended = [...this.#windows].filter(([, window]) => window.until <= now);
    for (const [key] of ended) this.#windows.delete(key);
    for (const [key, { pending }] of ended) {
      if (pending !== null && this.#tell(pending)) this.#open(key);
    }
    this.#arm();
  }
}

/** Two changes in a row as one; null when the object came and went. A deletion keeps the last state. */
function join(earlier: InstanceChange | null, later: InstanceChange): InstanceChange | null {
  if (earlier === null) return later;
  if (later.current === null) return earlier.previous === null ? null : later;
  return { previous: earlier.previous, current: later.current };
}
