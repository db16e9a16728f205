import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from '../connect.ts';

export interface WatchOptions {
  readonly watch?: boolean;
  readonly every?: string;
}

/** Home, and nothing below: the terminal shows the newest text alone. */
const CLEAR = '\u001b[H\u001b[2J';

/**
 * Prints what `make` says; with `--watch` again whenever it says something else, until it is interrupted: anew on a
 * terminal, one below the other in a pipe. @throws UsageError
 */
export const printWatched = async (options: WatchOptions, make: () => Promise<string>): Promise<void> => {
  const seconds = Number(options.every ?? 1);
  if (!(seconds >= 0.1 && seconds <= 3600)) throw new UsageError('--every is a number of seconds from 0.1 to 3600.');
  let last = await make();
  if (options.watch !== true) {
    console.log(last);
    return;
  }
  console.log(process.stdout.isTTY ? CLEAR + last : last);
  for (;;) {
    await sleep(seconds * 1000);
    const text = await make();
    if (text === last) continue;
    last = text;
    console.log(process.stdout.isTTY ? CLEAR + text : `\n${text}`);
  }
};
