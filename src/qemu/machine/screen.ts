import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import { readUntrusted } from '../supervise/untrusted-file.ts';
import type { MachineContext } from './context.ts';

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** 8192 x 8192 pixels; more than the video memory of a machine holds. */
const PICTURE_LIMIT = 8192 * 8192 * 3 + 64;

/** Picture of the first display, by a file in QEMU's own directory. */
export async function takeScreenshot(context: MachineContext): Promise<Picture> {
  const file = join(context.directories.sockets, `${randomUUID()}.ppm`);
  try {
    await context.monitor.execute('screendump', { filename: file });
    return parsePpm(await readUntrusted(file, PICTURE_LIMIT));
  } finally {
    await unlink(file).catch(() => {});
  }
}

/** Portable pixmap, binary, 8 bits a sample (netpbm's `P6`). Throws DomainError. */
export function parsePpm(bytes: Buffer): Picture {
  const head = /^P6\s+(\d{1,5})\s+(\d{1,5})\s+255\s/.exec(bytes.toString('latin1', 0, 64));
  const [width, height] = [Number(head?.[1]), Number(head?.[2])];
  const start = head?.[0].length ?? 0;
  if (head === null || bytes.length - start !== width * height * 3) {
    throw new DomainError('failed', 'The picture of the machine cannot be read.');
  }
  return { width, height, rgb: new Uint8Array(bytes.subarray(start)) };
}
