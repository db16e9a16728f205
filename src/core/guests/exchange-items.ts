import { createHash } from 'node:crypto';
import { deviceValue } from '../devices/effective.ts';
import type { VirtualSystem } from '../model.ts';
import type { Machine } from '../ports.ts';
import type { SystemsContext } from '../systems/context.ts';
import { exchangeFiles } from './exchange-files.ts';
import { type GuestDuty, hears } from './rounds.ts';

/** Reads an item as settings keep it (HostExchangeItems), whose form this layer does not know; null: it is none. */
export type ExchangeItemReader = (text: string) => { readonly name: string; readonly data: string } | null;

const NAME_BYTES = 512;
const DATA_BYTES = 2048;

/** An agent that refuses will do so again. */
const RETRY_MS = 60_000;
const LIMIT_MS = 30_000;

/** What a guest has, or has refused, since its machine began. */
interface Delivered {
  readonly digest: string;
  readonly refusedAt: number | null;
}

/**
 * HostExchangeItems of running machines go into their guests by the agent, when it answers first and whenever they change (other-services
 * §5). Nothing of it is stored: a service that starts writes the file once more.
 */
export class ExchangeItems implements GuestDuty {
  readonly failure = 'a guest was not told the items of the host; they are sent again';
  readonly #clock: SystemsContext['clock'];
  readonly #read: ExchangeItemReader;
  readonly #delivered = new WeakMap<Machine, Delivered>();

  constructor({ clock }: Pick<SystemsContext, 'clock'>, read: ExchangeItemReader) {
    this.#clock = clock;
    this.#read = read;
  }

  async visit(system: VirtualSystem, machine: Machine, signal: AbortSignal): Promise<void> {
    const { guestOperatingSystem } = machine.figures();
    if (!hears(system, machine, 'kvp') || guestOperatingSystem === null) return;
    const pool = this.#poolOf(system);
    const digest = createHash('sha256').update(pool).digest('hex');
    const last = this.#delivered.get(machine);
    // A guest that was never told anything keeps what it has.
    if (last === undefined && pool.length === 0) return;
    const same = last?.digest === digest;
    if (same && (last.refusedAt === null || this.#clock.now() - last.refusedAt < RETRY_MS)) return;
    try {
      await machine.copyToGuest(
        {
          destination: exchangeFiles(guestOperatingSystem).fromHost,
          overwrite: true,
          createFolders: true,
          atOnce: true,
          size: pool.length,
          read: async (at, into) => void pool.copy(into, 0, at),
        },
        () => undefined,
        AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
      );
      this.#delivered.set(machine, { digest, refusedAt: null });
    } catch (error) {
      this.#delivered.set(machine, { digest, refusedAt: this.#clock.now() });
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
