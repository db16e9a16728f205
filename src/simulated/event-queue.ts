import type { MachineEvent } from '../core/ports.ts';

/** More unread events than this come from a reader that is gone; the oldest are dropped. */
const MAX_UNREAD = 1000;

/** The edges of one machine, until it ends; iterated once. */
export class EventQueue {
  readonly #unread: MachineEvent[] = [];
  #wake: (() => void) | null = null;
  #ended = false;
  #iterated = false;

  push(event: MachineEvent): void {
    if (this.#ended) return;
    this.#unread.push(event);
    if (this.#unread.length > MAX_UNREAD) this.#unread.shift();
    this.#wake?.();
  }

  /** No more events; those unread are still delivered. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async *read(): AsyncGenerator<MachineEvent, void> {
    if (this.#iterated) throw new Error('The events of a machine are iterated once.');
    this.#iterated = true;
    for (;;) {
      const event = this.#unread.shift();
      if (event !== undefined) {
        yield event;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}
