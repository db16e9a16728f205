import type { Guid, HostFacts, VirtualSystem } from '../model.ts';
import type { Store, StoreChange } from '../ports.ts';
import { intervalMs } from './datetime.ts';
import type { LiveGraph } from './live-graph.ts';
import { HAS_MACHINE } from './power.ts';
import { effectiveValues } from './system-defaults.ts';

const BOOT_KEY = 'boot';

/** The boot that the service has seen last, and the machines whose automatic start is still to come. */
interface BootRecord {
  readonly bootId: string;
  readonly pending: readonly Guid[];
}

interface BootParts {
  readonly store: Store;
  readonly graph: LiveGraph;
  readonly host: HostFacts;
}

/**
 * The boot of the host, and the machines that it starts, in one record: automatic starts happen once per boot, whatever becomes
 * of the service meanwhile (K20). No machine starts before the boot is noted: a service that follows would take it for one of
 * the boot before.
 */
export class HostBoot {
  /** The host has been started anew since a service was here: no machine of before is alive. */
  readonly isNew: boolean;
  readonly #parts: BootParts;
  #stored: BootRecord | null;
  #last: Promise<void> = Promise.resolve();

  private constructor(parts: BootParts, stored: BootRecord | null) {
    this.#parts = parts;
    this.#stored = stored;
    this.isNew = stored !== null && stored.bootId !== parts.host.bootId;
  }

  static async open(parts: BootParts): Promise<HostBoot> {
    const record = (await parts.store.load('boot')).get(BOOT_KEY);
    return new HostBoot(parts, record === undefined ? null : (record as BootRecord));
  }

  /** Machines to start by themselves, in order; none before the boot is noted. */
  get pending(): readonly Guid[] {
    return this.#isNoted ? (this.#stored?.pending ?? []) : [];
  }

  get #isNoted(): boolean {
    return this.#stored?.bootId === this.#parts.host.bootId;
  }

  /** Once per boot. Rejects when the store refuses it. */
  async note(): Promise<void> {
    if (!this.#isNoted) await this.#inTurn(async () => (this.#isNoted ? undefined : this.#store(this.#plan())));
  }

  /** Its automatic start is over. Rejects when the store refuses it; it is pending still. */
  over(id: Guid): Promise<void> {
    return this.#inTurn(() => this.#store(this.pending.filter((one) => one !== id)));
  }

  /** Each is made of what the one before has left. */
  async #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    await done;
  }

  async #store(pending: readonly Guid[]): Promise<void> {
    const { store, host } = this.#parts;
    const value: BootRecord = { bootId: host.bootId, pending };
    const change: StoreChange = { table: 'boot', key: BOOT_KEY, value };
    await store.commit([change]);
    this.#stored = value;
  }

  #plan(): readonly Guid[] {
    const starts = [...this.#parts.graph.systems()].filter((system) => startsAutomatically(system, this.isNew));
    return starts.toSorted(bySequence).map(({ id }) => id);
  }
}

/**
 * Is a machine to be started by itself after the host restarted? (lifecycle §5) One that is shown as running after another boot
 * is off, and that could not be stored yet.
 */
const startsAutomatically = (system: VirtualSystem, isNewBoot: boolean): boolean => {
  const ranBefore = isNewBoot && HAS_MACHINE.has(system.power);
  if (system.kind === 'planned') return false;
  if (system.power !== 'off' && system.power !== 'saved' && !ranBefore) return false;
  const action = effectiveValues(system, system.active).AutomaticStartupAction;
  return action === 4 || (action === 3 && (system.wasRunning || ranBefore));
};

const sequenceOf = (system: VirtualSystem): number => {
  const value = effectiveValues(system, system.active).AutomaticStartupActionSequenceNumber;
  return typeof value === 'number' ? value : Number.MAX_SAFE_INTEGER;
};

/** AutomaticStartupActionDelay in milliseconds. */
export const startDelayOf = (system: VirtualSystem): number =>
  intervalMs(String(effectiveValues(system, system.active).AutomaticStartupActionDelay ?? '')) ?? 0;

/** By delay, then by sequence number, machines without one last, then by age. */
const bySequence = (a: VirtualSystem, b: VirtualSystem): number =>
  startDelayOf(a) - startDelayOf(b) || sequenceOf(a) - sequenceOf(b) || a.createdAt - b.createdAt;
