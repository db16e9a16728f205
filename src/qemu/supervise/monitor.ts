import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineProcess } from '../../core/model.ts';
import type { QmpArguments, QmpCommand, QmpResult } from '../../qmp/commands.ts';
import { QmpError } from '../../qmp/errors.ts';
import type { QmpEvent } from '../../qmp/events.ts';
import { QmpSession } from '../../qmp/session.ts';
import type { AdapterLog } from '../log.ts';
import { isAlive } from './process-identity.ts';

export interface MonitorHandlers {
  event(event: QmpEvent): void;
  /** Connected anew after a loss: events in between are lost, state must be asked for. */
  reconnected(): void;
  /** The process is gone. */
  gone(): void;
}

const RECONNECT_MS = { first: 20, most: 2000 } as const;

/**
 * Our hold on one QEMU: its QMP session, opened again when it breaks while the process lives, and the notice of its death.
 * End of file on QMP comes within milliseconds of a kill -9 (spec qemu §7); the process's identity then tells whether
 * that was its death or only a broken connection.
 */
export class Monitor {
  readonly process: MachineProcess;
  readonly #path: string;
  readonly #log: AdapterLog;
  #session: QmpSession;
  #detached = false;
  #reconnections = 0;
  readonly #waiters = new Set<(event: QmpEvent) => void>();

  private constructor(process: MachineProcess, path: string, session: QmpSession, log: AdapterLog) {
    this.process = process;
    this.#path = path;
    this.#session = session;
    this.#log = log;
  }

  /** Waits for QMP while the process lives. Rejects with QmpError: `closed` when it ended, `timeout` after `limitMs`. */
  static async connect(
    process: MachineProcess,
    path: string,
    options: { readonly limitMs: number; readonly log: AdapterLog; readonly signal?: AbortSignal },
  ): Promise<Monitor> {
    const end = performance.now() + options.limitMs;
    for (;;) {
      options.signal?.throwIfAborted();
      const left = Math.max(end - performance.now(), 1);
      try {
        const session = await QmpSession.open(path, { connectTimeoutMs: left, greetingTimeoutMs: left });
        return new Monitor(process, path, session, options.log);
      } catch (error) {
        if (!(error instanceof QmpError) || error.failure === 'protocol') throw error;
        if (!(await isAlive(process))) throw new QmpError('closed', 'QEMU ended', { cause: error });
        if (performance.now() > end) throw new QmpError('timeout', 'QEMU does not answer', { cause: error });
      }
      await sleep(1);
    }
  }

  /** Starts delivery; call it once, before the guest runs. An event is delivered before the answer that follows it. */
  watch(handlers: MonitorHandlers): void {
    void this.#follow(handlers);
  }

  /** Rejects with QmpError. */
  execute<N extends QmpCommand>(
    command: N,
    args: QmpArguments<N>,
    options?: { readonly timeoutMs?: number },
  ): Promise<QmpResult<N>> {
    return this.#session.execute(command, args, options);
  }

  /** Next event that `pick` takes, from now on. Rejects with QmpError `timeout`. */
  waitFor<T>(pick: (event: QmpEvent) => T | null, limitMs: number): { readonly found: Promise<T>; stop(): void } {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiter = (event: QmpEvent): void => {
      const value = pick(event);
      if (value === null) return;
      stop();
      resolve(value);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new QmpError('timeout', `nothing happened within ${limitMs} ms`));
    }, limitMs);
    const stop = (): void => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    };
    this.#waiters.add(waiter);
    // The caller may give up (stop) before it ever waits.
    promise.catch(() => {});
    return { found: promise, stop };
  }

  /** Calls `listener` for every event from now on, before whoever watches. Answers the way to stop. */
  listen(listener: (event: QmpEvent) => void): () => void {
    this.#waiters.add(listener);
    return () => void this.#waiters.delete(listener);
  }

  /** Somebody else's by now, or gone. */
  get isDetached(): boolean {
    return this.#detached;
  }

  /** Lets go without stopping QEMU; nothing is delivered any more. */
  detach(): void {
    this.#detached = true;
    this.#session.close();
  }

  async #follow(handlers: MonitorHandlers): Promise<void> {
    do {
      this.#session.listen((event) => {
        if (this.#detached) return;
        for (const waiter of this.#waiters) waiter(event);
        handlers.event(event);
      });
      if (this.#reconnections++ > 0) handlers.reconnected();
      const reason = await this.#session.closed;
      if (this.#detached) return;
      this.#log.debug({ err: reason, pid: this.process.pid }, 'connection to QEMU ended');
    } while (await this.#reconnect());
    if (!this.#detached) handlers.gone();
  }

  /** False when the process is gone. */
  async #reconnect(): Promise<boolean> {
    for (let pause: number = RECONNECT_MS.first; ; pause = Math.min(pause * 2, RECONNECT_MS.most)) {
      // An ending QEMU closes its monitor first and lives some milliseconds on.
      for (let waited = 0; waited < pause; waited += 5) {
        if (this.#detached || !(await isAlive(this.process))) return false;
        await sleep(5);
      }
      try {
        this.#session = await QmpSession.open(this.#path, { greetingTimeoutMs: 5000 });
        this.#log.warn({ pid: this.process.pid }, 'connection to QEMU was lost and is there again');
        return true;
      } catch (error) {
        this.#log.debug({ err: error, pid: this.process.pid }, 'no new connection to QEMU');
      }
    }
  }
}
