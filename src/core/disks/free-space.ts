import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '../errors.ts';

const MIB = 1024n * 1024n;

/** K33: what is to be written must fit. `place`: a folder, or a file in one. @throws DomainError that names both figures */
export const requireSpace = async (place: string, bytes: number | bigint, what: string): Promise<void> => {
  const { bavail, bsize } = await statfs(place, { bigint: true }).catch(() => statfs(dirname(place), { bigint: true }));
  const free = bavail * bsize;
  const needed = BigInt(bytes);
  if (free >= needed) return;
  throw new DomainError(
    'failed',
    `There is too little room for ${what}: ${inMib(needed)} MiB are needed and ${inMib(free)} MiB are free. Make room or choose another place.`,
    { hresult: '0x80070070' },
  );
};

const inMib = (bytes: bigint): bigint => (bytes + MIB - 1n) / MIB;
