import type { QmpEvent } from '../../qmp/events.ts';

type Reset = Extract<QmpEvent, { name: 'RESET' }>;

/** Longer than SeaBIOS needs for its own reset on the busiest host; shorter than a guest that starts, works, restarts. */
const OWED_LIMIT_MS = 30_000;
/** Between the two resets that SeaBIOS asks for at once. A guest that was reset needs longer to reset itself. */
const ECHO_LIMIT_MS = 100;

/**
 * Tells the resets of a guest from those of its firmware. SeaBIOS that finds itself started a second time puts its memory
 * in order and resets the machine anew; it asks two ports for that, one after the other, and QEMU may carry out one of
 * the requests or both. Times are those of QEMU, so that it does not matter when an event is read.
 */
export class ResetReader {
  readonly #answers: boolean;
  /** QEMU's time from which on the firmware may reset; null: it does not. */
  #owedSince: number | null = null;
  #answeredAt = Number.NEGATIVE_INFINITY;
  #answer = Promise.withResolvers<void>();

  /** `firmwareAnswers`: the firmware is SeaBIOS. `owed`: a former service reset the machine, and there was no answer yet. */
  constructor(firmwareAnswers: boolean, owed = false) {
    this.#answers = firmwareAnswers;
    if (owed) this.#owedSince = Number.POSITIVE_INFINITY;
  }

  /** Is the firmware going to reset the machine? */
  get owed(): boolean {
    return this.#owedSince !== null;
  }

  /** Resolves when it has, or is not expected to any more. */
  answered(): Promise<void> {
    return this.owed ? this.#answer.promise : Promise.resolve();
  }

  /** Whose reset it is. `firmware`: part of the one before. */
  read({ data: { guest }, at }: Reset): 'guest' | 'host' | 'firmware' {
    if (guest && this.#owedSince !== null && at - this.#owedSince <= OWED_LIMIT_MS) {
      this.#answeredAt = at;
      this.giveUp();
      return 'firmware';
    }
    if (guest && at - this.#answeredAt <= ECHO_LIMIT_MS) return 'firmware';
    this.#owedSince = this.#answers ? at : null;
    return guest ? 'guest' : 'host';
  }

  /** The guest was paused: its firmware did nothing meanwhile. */
  resumed(at: number): void {
    if (this.#owedSince !== null) this.#owedSince = at;
  }

  /** No answer is expected any more. */
  giveUp(): void {
    this.#owedSince = null;
    this.#answer.resolve();
    this.#answer = Promise.withResolvers<void>();
  }
}
