import { createHash } from 'node:crypto';
import { deviceValue, numberValue } from '../devices/effective.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import type { Machine } from '../ports.ts';
import type { SystemsContext } from '../systems/context.ts';

/** Reads an item as settings keep it (HostExchangeItems), whose form this layer does not know; null: it is none. */
export type ExchangeItemReader = (text: string) => { readonly name: string; readonly data: string } | null;

/**
 * Where the services of Hyper-V put what the host tells a Linux guest (hv_kvp_daemon, pool 0: from the host): records of a name
 * and its data, each filled up with zeros.
 */
const HOST_POOL = '/var/lib/hyperv/.kvp_pool_0';
const NAME_BYTES = 512;
const DATA_BYTES = 2048;

const INTERVAL_MS = 2000;
/** An agent that refuses will do so again. */
const RETRY_MS = 60_000;
const LIMIT_MS = 30_000;
const ENABLED = 2;

/** What a guest has, or has refused, since its machine began. */
interface Delivered {
  readonly machine: Machine;
  readonly digest: string;
  readonly refusedAt: number | null;
}

/**
 * HostExchangeItems of running machines go into their guests by the agent, when it answers first and whenever they change (other-services
 * §5). Nothing of it is stored: a service that starts writes the file once more. Windows keeps them in its registry, where the
 * agent cannot write.
 */
export class ExchangeItems {
  readonly #context: SystemsContext;
  readonly #read: ExchangeItemReader;
  readonly #closing = new AbortController();
  readonly #delivered = new Map<Guid, Delivered>();

  constructor(context: SystemsContext, read: ExchangeItemReader) {
    this.#context = context;
    this.#read = read;
  }

  /** Until `close`. */
  begin(): void {
    const { log } = this.#context;
    this.#loop().catch((error: unknown) => {
      if (!this.#closing.signal.aborted)
        log.error({ err: error }, 'guests are not told the items of the host any more');
    });
  }

  close(): void {
    this.#closing.abort();
  }

  async #loop(): Promise<void> {
    const { clock, fleet, log } = this.#context;
    for (;;) {
      await clock.sleep(INTERVAL_MS, this.#closing.signal);
      const running = new Set(fleet.ids());
      for (const id of this.#delivered.keys()) if (!running.has(id)) this.#delivered.delete(id);
      // Side by side: one that does not answer holds up no other.
      const rounds = [...running].map((id) =>
        this.#deliver(id).catch((error: unknown) =>
          log.warn({ err: error, system: id }, 'a guest was not told the items of the host; they are sent again'),
        ),
      );
      await Promise.all(rounds);
    }
  }

  async #deliver(id: Guid): Promise<void> {
    const { clock, graph } = this.#context;
    const [system, machine] = [graph.system(id), graph.machine(id)];
    if (system === undefined || machine === undefined || !hears(system, machine)) return;
    const pool = this.#poolOf(system);
    const digest = createHash('sha256').update(pool).digest('hex');
    const last = this.#delivered.get(id);
    const same = last?.machine === machine && last.digest === digest;
    // A guest that was never told anything keeps what it has.
    if (last?.machine !== machine && pool.length === 0) return;
    if (same && (last.refusedAt === null || clock.now() - last.refusedAt < RETRY_MS)) return;
    const note = (refusedAt: number | null): void => void this.#delivered.set(id, { machine, digest, refusedAt });
    try {
      await machine.copyToGuest(
        {
          destination: HOST_POOL,
          overwrite: true,
          createFolders: true,
          size: pool.length,
          read: async (at, into) => void pool.copy(into, 0, at),
        },
        () => undefined,
        AbortSignal.any([this.#closing.signal, AbortSignal.timeout(LIMIT_MS)]),
      );
      note(null);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      note(clock.now());
      throw error;
    }
  }

  #poolOf(system: VirtualSystem): Buffer {
    const component = system.active.devices.find(({ kind }) => kind === 'kvp');
    const value = component === undefined ? null : deviceValue(component, 'HostExchangeItems');
    const items = Array.isArray(value) ? value.flatMap((text) => this.#read(String(text)) ?? []) : [];
    return Buffer.concat(
      items.map(({ name, data }) => Buffer.concat([field(name, NAME_BYTES), field(data, DATA_BYTES)])),
    );
  }
}

/** Cut where it is too long, with a zero behind it, as its readers need. */
const field = (text: string, bytes: number): Buffer => {
  const filled = Buffer.alloc(bytes);
  filled.write(text, 0, bytes - 1, 'utf8');
  return filled;
};

const hears = (system: VirtualSystem, machine: Machine): boolean => {
  // A checkpoint, a save or an export is not disturbed.
  if (system.power !== 'running' || system.operation !== null) return false;
  const component = system.active.devices.find(({ kind }) => kind === 'kvp');
  if (component === undefined || numberValue(component, 'EnabledState') !== ENABLED) return false;
  const { guestAgent, guestOperatingSystem } = machine.figures();
  return guestAgent === 'ok' && guestOperatingSystem !== null && !/windows/i.test(guestOperatingSystem);
};
