import type { QmpEvent } from '../../qmp/events.ts';

type Reset = Extract<QmpEvent, { name: 'RESET' }>;

/** Longer than SeaBIOS needs for its own reset on the busiest host; shorter than a guest that starts, works, restarts. */
const OWED_LIMIT_MS = 30_000;
/** A guest that asks for a reset goes on until it gets it, and may have asked twice. Or its firmware is that fast. */
const TWICE_LIMIT_MS = 10;
/** Then the firmware may still be to come, for so long. */
const DOUBT_LIMIT_MS = 5_000;
/** After the firmware's reset: until the second one that it asked for with the first. */
const ECHO_LIMIT_MS = 100;
/** After that second one: until SeaBIOS, which had begun anew, has answered it as well. */
const ECHO_ANSWER_LIMIT_MS = 1_000;

/**
 * Tells the resets of a guest from those of its firmware. SeaBIOS that finds itself started a second time puts its memory
 * in order and resets the machine anew; it asks two ports for that, one after the other, and QEMU may carry out one of
 * the requests or both, the second of which SeaBIOS may answer again. Times are those of QEMU, so that it does not matter
 * when an event is read.
 */
export class ResetReader {
  readonly #answers: boolean;
  /** QEMU's time from which on the firmware may reset; null: it does not. */
  #owedSince: number | null = null;
  #owedLimit = OWED_LIMIT_MS;
  #byGuest = false;
  #echoesUntil = Number.NEGATIVE_INFINITY;
  #echoed = false;
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

  /** Did the firmware reset the machine once more since this was asked last? Then it may do so again. */
  echoed(): boolean {
    const echoed = this.#echoed;
    this.#echoed = false;
    return echoed;
  }

  /** Whose reset it is. `firmware`: part of the one before. */
  read({ data: { guest }, at }: Reset): 'guest' | 'host' | 'firmware' {
    if (guest && this.#owedSince !== null && at - this.#owedSince <= this.#owedLimit) {
      this.#echoesUntil = at + ECHO_LIMIT_MS;
      if (this.#byGuest && at - this.#owedSince <= TWICE_LIMIT_MS) this.#owedLimit = DOUBT_LIMIT_MS;
      else this.giveUp();
      return 'firmware';
    }
    if (guest && at <= this.#echoesUntil) {
      this.#echoesUntil = at + ECHO_ANSWER_LIMIT_MS;
      this.#echoed = true;
      return 'firmware';
    }
    this.#owedSince = this.#answers ? at : null;
    this.#owedLimit = OWED_LIMIT_MS;
    this.#byGuest = guest;
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
