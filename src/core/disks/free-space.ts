import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DISK_FULL, DomainError } from '../errors.ts';

const MIB = 1024n * 1024n;

/** There is too little room for what is to be written (K33): where, and how much it needs. */
export class LackOfRoom extends DomainError {
  readonly place: string;
  readonly needed: bigint;

  constructor(
    place: string,
    figures: { readonly needed: bigint; readonly free: bigint },
    what: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(
      'failed',
      `There is too little room for ${what}: ${(figures.needed + MIB - 1n) / MIB} MiB are needed and ${figures.free / MIB} MiB are free. Make room or choose another place.`,
      { hresult: DISK_FULL, ...options },
    );
    this.place = place;
    this.needed = figures.needed;
  }
}

/** What is free for the service at a place: a folder or a file, there or to be made. */
export const freeBytes = async (place: string): Promise<bigint> => {
  try {
    const { bavail, bsize } = await statfs(place, { bigint: true });
    return bavail * bsize;
  } catch (error) {
    const above = dirname(place);
    if (above === place || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return freeBytes(above);
  }
};

/**
 * K33: what is to be written must fit. `place`: a folder or a file, there or to be made; `cause`: what has failed already.
 * @throws LackOfRoom that names both figures
 */
export const requireSpace = async (
  place: string,
  bytes: number | bigint,
  what: string,
  options: { readonly cause?: unknown } = {},
): Promise<void> => {
  const free = await freeBytes(place);
  const needed = BigInt(bytes);
  if (free < needed) throw new LackOfRoom(place, { needed, free }, what, options);
};
