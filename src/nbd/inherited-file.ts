import { close, fstat } from 'node:fs';
import { promisify } from 'node:util';
import type { OpenFile } from '../vhd/source.ts';

const statOf = promisify(fstat);
const closeNow = promisify(close);

/** A file that the process was born with, under the number of its descriptor. */
export const inheritedFile = (fd: number): OpenFile => ({
  fd,
  stat: () => statOf(fd),
  close: () => closeNow(fd),
});
