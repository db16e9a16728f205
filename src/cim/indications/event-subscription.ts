import { CimInstance } from '../instance.ts';
import type { Subscription } from '../operations.ts';
import type { InstanceChange } from '../provider.ts';
import type { CimClass } from '../schema.ts';
import type { CimValues } from '../values.ts';
import { ChangeWindows } from './change-window.ts';
import { EventGroups } from './event-groups.ts';
import type { EventQuery } from './event-query.ts';
import { EventQueue } from './event-queue.ts';
import { eventOf, withTime } from './intrinsic-events.ts';
import type { EventTimers } from './timers.ts';

/** One consumer: changes -> WITHIN windows -> WHERE -> groups -> projection -> queue. */
export class EventSubscription implements Subscription {
  readonly #query: EventQuery;
  readonly #timers: EventTimers;
  readonly #queue: EventQueue;
  readonly #windows: ChangeWindows | null;
  readonly #groups: EventGroups | null;
  readonly #wanted = new WeakMap<CimClass, boolean>();
  readonly #closed: () => void;

  constructor(query: EventQuery, limit: number, timers: EventTimers, closed: () => void) {
    this.#query = query;
    this.#timers = timers;
    this.#closed = closed;
    this.#queue = new EventQueue(limit, timers);
    this.#windows =
      query.within === null || query.intrinsic === null
        ? null
        : new ChangeWindows(query.within, timers, (c) => this.#guard(() => this.#tell(c)));
    const { group } = query;
    this.#groups =
      group === null
        ? null
        : new EventGroups(group.within, timers, group.keyOf, (event, count) =>
            this.#guard(() => this.#aggregate(event, count)),
          );
  }

  /** Whether changes of this class's instances, or events of this class, can matter. */
  wants(cimClass: CimClass): boolean {
    let wanted = this.#wanted.get(cimClass);
    if (wanted === undefined) {
      const { intrinsic, targets, from } = this.#query;
      wanted = intrinsic === null ? cimClass.isA(from.name) : targets.some((t) => cimClass.isA(t.name));
      this.#wanted.set(cimClass, wanted);
    }
    return wanted;
  }

  change(change: InstanceChange): void {
    const instance = change.current ?? change.previous;
    if (instance === null || this.#query.intrinsic === null || !this.wants(instance.class)) return;
    if (this.#windows === null) this.#guard(() => this.#tell(change));
    else this.#windows.offer(change);
  }

  /** An extrinsic event. */
  event(event: CimInstance): void {
    if (this.#query.intrinsic !== null || !this.wants(event.class)) return;
    this.#guard(() => this.#deliver(withTime(event, this.#timers.wallClock())));
  }

  next(max: number, timeoutMs: number, signal?: AbortSignal): Promise<readonly CimInstance[]> {
    return this.#queue.next(max, timeoutMs, signal);
  }

  dropped(): number {
    return this.#queue.takeDropped();
  }

  close(): void {
    this.#windows?.close();
    this.#groups?.close();
    this.#queue.close();
    this.#closed();
  }

  /** Neither publisher nor timer must suffer from one bad subscription: what fails is counted as lost. */
  #guard(work: () => boolean): boolean {
    try {
      return work();
    } catch {
      this.#queue.lose();
      return false;
    }
  }

  #tell(change: InstanceChange): boolean {
    const { intrinsic } = this.#query;
    const event = intrinsic === null ? undefined : eventOf(change, intrinsic, this.#timers.wallClock());
    return event !== undefined && this.#deliver(event);
  }

  /** True when the event passed the query's condition. */
  #deliver(event: CimInstance): boolean {
    if (!this.#query.matches(event)) return false;
    if (this.#groups === null) this.#queue.push(this.#project(event));
    else if (!this.#groups.add(event)) this.#queue.lose();
    return true;
  }

  #aggregate(representative: CimInstance, count: number): boolean {
    const { group } = this.#query;
    if (group === null) return false;
    const values: CimValues = { NumberOfEvents: count, Representative: this.#project(representative) };
    const event = withTime(new CimInstance(group.aggregate, values), this.#timers.wallClock());
    const wanted = group.having(event);
    if (wanted) this.#queue.push(event);
    return wanted;
  }

  #project(event: CimInstance): CimInstance {
    const { columns } = this.#query;
    if (columns === null) return event;
    const values: CimValues = {};
    for (const name of columns) if (event.class.property(name) !== undefined) values[name] = event.get(name);
    return new CimInstance(event.class, values);
  }
}
