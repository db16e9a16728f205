import type { MachineEvent } from '../../core/ports.ts';
import { EventQueue } from '../../qmp/event-queue.ts';
import type { QmpEvent } from '../../qmp/events.ts';
import type { ResetReader } from './reset-reader.ts';

/** Edges that nobody took; guests cannot make them faster than they can reset. */
const LIMIT = 10_000;

/** Reasons of SHUTDOWN (QAPI ShutdownCause) that a guest gives. All others come from the host's side. */
const GUEST_SHUTDOWN: ReadonlySet<string> = new Set(['guest-shutdown', 'guest-reset', 'guest-panic']);

type Silenced = 'STOP' | 'RESUME' | 'RESET';

/** Turns QEMU's events into the machine's: what a call caused is not told again, the end is told once. */
export class Edges {
  readonly #queue = new EventQueue<MachineEvent>(LIMIT);
  readonly #silenced = new Map<Silenced, number>();
  readonly #diskOfNode: (node: string) => string | null;
  readonly #resets: ResetReader;
  #shutdown: { readonly guest: boolean; readonly reason: string } | null = null;
  #ending = false;
  #ended = false;
  #stopByDisk = false;

  constructor(diskOfNode: (node: string) => string | null, resets: ResetReader) {
    this.#diskOfNode = diskOfNode;
    this.#resets = resets;
  }

  /** While `work` runs, events of these names are its own effect. */
  async silence<T>(names: readonly Silenced[], work: () => Promise<T>): Promise<T> {
    for (const name of names) this.#silenced.set(name, (this.#silenced.get(name) ?? 0) + 1);
    try {
      return await work();
    } finally {
      for (const name of names) this.#silenced.set(name, (this.#silenced.get(name) ?? 1) - 1);
    }
  }

  /** A call ends the machine: its end is the host's doing, however QEMU goes. */
  expectEnd(): void {
    this.#ending = true;
  }

  /** The call that was to end it failed. */
  unexpectEnd(): void {
    this.#ending = false;
  }

  push(event: MachineEvent): void {
    this.#queue.push(event);
  }

  take(event: QmpEvent): void {
    switch (event.name) {
      case 'SHUTDOWN':
        this.#shutdown = event.data;
        break;
      case 'RESET':
        this.#takeReset(event);
        break;
      case 'STOP':
        // The stop that follows an I/O error is told as that error.
        if (this.#stopByDisk) this.#stopByDisk = false;
        else if (!this.#isSilenced('STOP')) this.push({ kind: 'paused' });
        break;
      case 'RESUME':
        this.#resets.resumed(event.at);
        if (!this.#isSilenced('RESUME')) this.push({ kind: 'resumed' });
        break;
      case 'BLOCK_IO_ERROR':
        if (event.data.action !== 'stop') break;
        this.push({
          kind: 'ioError',
          disk: this.#diskOfNode(event.data['node-name'] ?? ''),
          noSpace: event.data.nospace,
          reason: event.data.reason,
        });
        this.#stopByDisk = true;
        break;
      case 'GUEST_PANICKED':
        this.push({ kind: 'guestPanicked' });
        break;
      case 'DEVICE_DELETED':
      case 'DEVICE_UNPLUG_GUEST_ERROR':
      case 'MIGRATION':
        break;
    }
  }

  /** The process is gone and everything is cleared away. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.push({ kind: 'stopped', ...this.#cause() });
    this.#queue.end();
  }

  /** The adapter lets go; the machine lives on. */
  detach(): void {
    this.#ended = true;
    this.#queue.end();
  }

  events(): AsyncIterable<MachineEvent> {
    return this.#queue;
  }

  #takeReset(event: Extract<QmpEvent, { name: 'RESET' }>): void {
    const by = this.#resets.read(event);
    if (by === 'guest' || (by === 'host' && !this.#isSilenced('RESET'))) this.push({ kind: 'reset', by });
  }

  #cause(): { readonly by: 'guest' | 'host' | 'crash'; readonly reason: string | null } {
    if (this.#ending) return { by: 'host', reason: null };
    if (this.#shutdown === null) return { by: 'crash', reason: 'QEMU ended without a word' };
    const { guest, reason } = this.#shutdown;
    if (guest || GUEST_SHUTDOWN.has(reason)) return { by: 'guest', reason };
    return reason === 'host-error' ? { by: 'crash', reason } : { by: 'host', reason };
  }

  #isSilenced(name: Silenced): boolean {
    return (this.#silenced.get(name) ?? 0) > 0;
  }
}
