import { setTimeout as sleep } from 'node:timers/promises';
import type { Guid } from '../../core/model.ts';
import type { HostServices } from '../host-services.ts';
import type { Monitor } from '../supervise/monitor.ts';

/** Between two tries at what could not be cleared away. */
const TRY_AGAIN_MS = { first: 1_000, most: 60_000 } as const;

/** One try at a time: whoever comes meanwhile has its outcome. */
class Remains {
  readonly #clear: () => Promise<void>;
  #trying: Promise<void> | null = null;

  constructor(clear: () => Promise<void>) {
    this.#clear = clear;
  }

  try(): Promise<void> {
    this.#trying ??= this.#clear().finally(() => (this.#trying = null));
    return this.#trying;
  }
}

/**
 * Nodes, networks, taps, daemons and rights behind devices that the guest has given back. It is without them whatever becomes of
 * these, so their removal is done: what cannot be cleared away is told in the log, and tried again until it can, or the machine
 * ends, whose release takes everything along. A service that ends before leaves it to the next one (take-back.ts).
 */
export class LeftBehind {
  readonly #machine: { readonly id: Guid; readonly monitor: Pick<Monitor, 'isDetached'> };
  readonly #host: Pick<HostServices, 'log'> & { readonly records: Pick<HostServices['records'], 'get'> };
  readonly #remains = new Map<string, Remains>();

  constructor(
    machine: { readonly id: Guid; readonly monitor: Pick<Monitor, 'isDetached'> },
    host: Pick<HostServices, 'log'> & { readonly records: Pick<HostServices['records'], 'get'> },
  ) {
    this.#machine = machine;
    this.#host = host;
  }

  /** `clear` may be called several times. Never rejects. */
  async clear(device: string, clear: () => Promise<void>): Promise<void> {
    const remains = new Remains(clear);
    try {
      await remains.try();
    } catch (error) {
      this.#host.log.warn(
        { err: error, system: this.#machine.id, device },
        'the guest has given a device back, and what was behind it cannot be cleared away: it is tried again',
      );
      this.#remains.set(device, remains);
      void this.#tryAgain(device, remains);
    }
  }

  /** Before a device comes: what is behind others may be what it needs. Rejects when something of its own cannot be cleared away. */
  async require(device: string): Promise<void> {
    for (const [other, remains] of this.#remains) {
      try {
        await remains.try();
        this.#remains.delete(other);
      } catch (error) {
        if (other === device) throw error;
      }
    }
  }

  async #tryAgain(device: string, remains: Remains): Promise<void> {
    const { id, monitor } = this.#machine;
    const { log, records } = this.#host;
    const isOver = (): boolean =>
      this.#remains.get(device) !== remains || monitor.isDetached || records.get(id) === null;
    for (let pause: number = TRY_AGAIN_MS.first; ; pause = Math.min(pause * 2, TRY_AGAIN_MS.most)) {
      await sleep(pause, undefined, { ref: false });
      if (isOver()) return;
      try {
        await remains.try();
        this.#remains.delete(device);
        log.info({ system: id, device }, 'what was behind a device that went is cleared away');
        return;
      } catch (error) {
        if (!isOver()) log.info({ err: error, system: id, device }, 'what is behind a device that went is still there');
      }
    }
  }
}
