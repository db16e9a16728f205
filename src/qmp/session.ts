import { z } from 'zod';
import { QMP_COMMANDS, type QmpArguments, type QmpCommand, type QmpResult } from './commands.ts';
import { QmpError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import { parseQmpEvent, type QmpEvent } from './events.ts';
import { JsonSocket, type JsonObject, type JsonSocketOptions } from './json-socket.ts';

export interface QmpGreeting {
  readonly version: string;
}

interface PendingCall {
  readonly command: string;
  settle(message: JsonObject): void;
  fail(error: QmpError): void;
}

/** Calls that wait for an answer at one time; more means that QEMU has fallen silent. */
const PENDING_LIMIT = 256;
/** Events not yet read; QEMU rate-limits the frequent ones, so that true streams stay far below. */
const EVENT_LIMIT = 10_000;

const greetingShape = z.object({
  QMP: z.object({ version: z.object({ qemu: z.object({ major: z.number(), minor: z.number(), micro: z.number() }) }) }),
});
const errorShape = z.object({ class: z.string().max(128), desc: z.string() });

/**
 * One QMP conversation: greeting, capabilities, calls matched by id with a time limit each, events.
 * A monitor serves one client at a time: to a second one it stays silent until the first is gone (spec qemu §6).
 */
export class QmpSession {
  readonly greeting: QmpGreeting;
  /** Settles when the connection is gone: null for a plain end of file (how the death of QEMU shows first, §7). */
  readonly closed: Promise<QmpError | null>;
  readonly #socket: JsonSocket;
  readonly #state: SessionState;

  private constructor(socket: JsonSocket, state: SessionState, greeting: QmpGreeting) {
    this.#socket = socket;
    this.#state = state;
    this.greeting = greeting;
    this.closed = state.closed.promise;
  }

  /** Rejects with QmpError: `closed` nobody listens, `timeout` no greeting (monitor in use), `protocol` not a QMP server. */
  static async open(
    path: string,
    options: JsonSocketOptions & { readonly greetingTimeoutMs?: number } = {},
  ): Promise<QmpSession> {
    const state = new SessionState();
    const socket = await JsonSocket.connect(
      path,
      { message: (message) => state.receive(message), closed: (error) => state.end(error) },
      options,
    );
    const limit = options.greetingTimeoutMs ?? 10_000;
    const timer = setTimeout(() => socket.close(new QmpError('timeout', `no greeting within ${limit} ms`)), limit);
    try {
      const greeting = await state.greeting.promise;
      const session = new QmpSession(socket, state, greeting);
      await session.#call('qmp_capabilities', {}, limit);
      return session;
    } catch (error) {
      socket.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Rejects with QmpError. A late answer to a call that timed out is dropped. */
  async execute<N extends QmpCommand>(
    command: N,
    args: QmpArguments<N>,
    options: { readonly timeoutMs?: number } = {},
  ): Promise<QmpResult<N>> {
    const row = QMP_COMMANDS[command];
    const value = await this.#call(command, args as object, options.timeoutMs ?? row.timeoutMs);
    const result = row.result.safeParse(value);
    if (result.success) return result.data as QmpResult<N>;
    const error = new QmpError('protocol', `an answer to ${command} of another shape`, { cause: result.error });
    this.#socket.close(error);
    throw error;
  }

  /**
   * Calls `listener` for every event from now on, in the order of the wire: an event that QEMU sent before an answer is
   * heard before that answer settles. Returns the way to stop.
   */
  listen(listener: (event: QmpEvent) => void): () => void {
    return this.#state.listen(listener);
  }

  /** Events from now on; ends with the connection. Each call gives its own stream. */
  events(): AsyncIterable<QmpEvent> {
    const queue = new EventQueue<QmpEvent>(EVENT_LIMIT);
    const stop = this.listen((event) => queue.push(event));
    void this.closed.finally(() => {
      stop();
      queue.end();
    });
    return queue;
  }

  close(): void {
    this.#socket.close();
  }

  #call(command: string, args: object, timeoutMs: number): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = this.#state.register({
      command,
      settle: (message) => {
        clearTimeout(timer);
        if (Object.hasOwn(message, 'return')) resolve(message['return']);
        else reject(commandError(command, message['error']));
      },
      fail: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    });
    const timer = setTimeout(() => {
      this.#state.forget(id);
      reject(new QmpError('timeout', `no answer to ${command} within ${timeoutMs} ms`));
    }, timeoutMs);
    try {
      this.#socket.send({ execute: command, arguments: args, id });
    } catch (error) {
      clearTimeout(timer);
      this.#state.forget(id);
      reject(error);
    }
    return promise;
  }
}

/** What a session knows before and after its socket: calls in flight, readers of events. */
class SessionState {
  readonly greeting = Promise.withResolvers<QmpGreeting>();
  readonly closed = Promise.withResolvers<QmpError | null>();
  readonly #pending = new Map<number, PendingCall>();
  readonly #listeners = new Set<(event: QmpEvent) => void>();
  #nextId = 1;
  #greeted = false;
  #end: QmpError | null | undefined;

  constructor() {
    // Nobody may be waiting when the connection ends before the greeting is asked for.
    this.greeting.promise.catch(() => {});
  }

  register(call: PendingCall): number {
    if (this.#end !== undefined) throw this.#end ?? new QmpError('closed', 'the connection is closed');
    if (this.#pending.size >= PENDING_LIMIT) throw new QmpError('timeout', 'too many calls wait for an answer');
    const id = this.#nextId++;
    this.#pending.set(id, call);
    return id;
  }

  forget(id: number): void {
    this.#pending.delete(id);
  }

  listen(listener: (event: QmpEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  receive(message: JsonObject): void {
    if (!this.#greeted) {
      const greeting = greetingShape.safeParse(message);
      if (!greeting.success) throw new QmpError('protocol', 'no QMP greeting', { cause: greeting.error });
      this.#greeted = true;
      const { major, minor, micro } = greeting.data.QMP.version.qemu;
      this.greeting.resolve({ version: `${major}.${minor}.${micro}` });
      return;
    }
    if (Object.hasOwn(message, 'event')) {
      const event = parseQmpEvent(message);
      if (event !== null) for (const listener of this.#listeners) listener(event);
      return;
    }
    const id = message['id'];
    if (typeof id !== 'number') throw new QmpError('protocol', 'an answer without an id');
    const call = this.#pending.get(id);
    // An id we once gave and gave up is a late answer; one we never gave is not QEMU.
    if (call === undefined) {
      if (id >= this.#nextId || id < 1) throw new QmpError('protocol', 'an answer to nothing');
      return;
    }
    this.#pending.delete(id);
    call.settle(message);
  }

  end(error: QmpError | null): void {
    this.#end = error;
    const reason = error ?? new QmpError('closed', 'QEMU closed the connection');
    this.greeting.reject(reason);
    for (const call of this.#pending.values()) call.fail(reason);
    this.#pending.clear();
    this.closed.resolve(error);
  }
}

function commandError(command: string, value: unknown): QmpError {
  const error = errorShape.safeParse(value);
  if (!error.success) return new QmpError('protocol', `an answer to ${command} that is neither a result nor an error`);
  const text = error.data.desc.slice(0, 2048);
  return new QmpError('command', `${command}: ${text}`, { errorClass: error.data.class });
}
