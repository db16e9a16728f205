import { open, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterLog } from '../log.ts';

/** Programs of machines say next to nothing; one whose guest makes it complain without end says this much at most. */
export const LOG_LIMIT_BYTES = 1024 * 1024;
/** What is kept of a log that was cut: its end as it was then, beside it. */
const KEPT_BYTES = 64 * 1024;
const LOOK_MS = 5_000;
/** As long as one of them grows so. */
const LOOK_AGAIN_MS = 500;

/**
 * Keeps the logs of programs that outlive the service from filling the disk: those that are too long are cut while they are
 * written to (spawn-detached.ts opens them for appending). Nobody else cuts them while no service runs.
 */
export class LogLimit {
  readonly #directories: () => Iterable<string>;
  readonly #log: AdapterLog;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  /** `directories`: with logs that the service alone has made. */
  constructor(directories: () => Iterable<string>, log: AdapterLog) {
    this.#directories = directories;
    this.#log = log;
  }

  watch(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer ?? undefined);
  }

  async #look(): Promise<void> {
    let grows = false;
    for (const directory of new Set(this.#directories())) grows = (await this.#cutIn(directory)) || grows;
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#look(), grows ? LOOK_AGAIN_MS : LOOK_MS).unref();
  }

  async #cutIn(directory: string): Promise<boolean> {
    try {
      const cut: string[] = [];
      for (const name of await readdir(directory))
        if (name.endsWith('.log') && (await cutLog(join(directory, name)))) cut.push(name);
      if (cut.length > 0) this.#log.warn({ directory, logs: cut }, 'the log of a machine grew too long and was cut');
      return cut.length > 0;
    } catch (error) {
      // The machine went meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#log.warn({ err: error, directory }, 'the logs of a machine cannot be looked at');
      return false;
    }
  }
}

/** Was it too long? Its end is `<file>.1` then, in place of an earlier one, and it begins anew. */
export const cutLog = async (file: string): Promise<boolean> => {
  const { size } = await stat(file);
  if (size <= LOG_LIMIT_BYTES) return false;
  await using handle = await open(file, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(KEPT_BYTES), 0, KEPT_BYTES, size - KEPT_BYTES);
  // A disk that is full already must not keep the log from being cut.
  await writeFile(`${file}.1`, buffer.subarray(0, bytesRead), { mode: 0o600 }).catch(() => undefined);
  await truncate(file);
  return true;
};
