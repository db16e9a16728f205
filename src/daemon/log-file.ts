import { write, writeSync } from 'node:fs';
import { harmlessJson } from '../core/terminal-text.ts';

export interface LogFileOptions {
  readonly descriptor: number;
  /** What waits for a destination that does not take it, in bytes; more is lost, and told. */
  readonly mostBytes?: number;
  /** After a refusal, of a full disk or of a pipe whose reader is behind, in milliseconds. */
  readonly againMs?: number;
}

/**
 * Where the log goes. The service neither waits for it nor ends of it: a full disk below the log must not take the machines out of
 * everybody's hands. What is kept stays in its order, and the number of lines that there was no room for is a line too.
 */
export class LogFile {
  readonly #options: Required<LogFileOptions>;
  #waiting: string[] = [];
  #bytes = 0;
  #lost = 0;
  /** What the destination has not taken yet of the lines that go together; null: there are none. */
  #rest: Buffer | null = null;
  #underWay = false;

  constructor(options: LogFileOptions) {
    this.#options = { mostBytes: 1024 * 1024, againMs: 500, ...options };
  }

  /** A line of JSON, with its end. */
  write(json: string): void {
    const line = harmlessJson(json);
    const bytes = Buffer.byteLength(line);
    if (this.#bytes + bytes > this.#options.mostBytes) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#bytes += bytes;
    if (this.#rest === null) this.#send(this.#take());
  }

  /** At the end of the process: what waits is tried once more. */
  close(): void {
    const rest = this.#underWay ? null : this.#rest;
    const bytes = Buffer.concat([rest ?? Buffer.alloc(0), this.#take()]);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#options.descriptor, bytes, done);
    } catch {
      // Nobody is left to tell.
    }
  }

  #take(): Buffer {
    if (this.#lost > 0)
      this.#waiting.push(
        `${JSON.stringify({ level: 50, time: Date.now(), msg: `the log could not be written: ${this.#lost} lines were lost here` })}\n`,
      );
    const bytes = Buffer.from(this.#waiting.join(''));
    this.#waiting = [];
    this.#bytes = 0;
    this.#lost = 0;
    return bytes;
  }

  #send(bytes: Buffer): void {
    this.#rest = bytes;
    this.#underWay = true;
    write(this.#options.descriptor, bytes, (error, written) => {
      this.#underWay = false;
      if (error !== null) {
        setTimeout(() => this.#send(bytes), this.#options.againMs).unref();
        return;
      }
      const rest = written < bytes.length ? bytes.subarray(written) : this.#take();
      if (rest.length > 0) this.#send(rest);
      else this.#rest = null;
    });
  }
}
