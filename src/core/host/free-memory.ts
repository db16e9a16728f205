import { freemem } from 'node:os';
import { DomainError } from '../errors.ts';

const MIB = 1024 * 1024;

/** Memory that programs may still have, page cache included, against what is needed. @throws DomainError with both figures */
export const requireMemory = (neededMb: number, what: string): void => {
  const freeMb = Math.floor(freemem() / MIB);
  if (neededMb <= freeMb) return;
  throw new DomainError(
    'outOfMemory',
    `There is too little memory for ${what}: ${neededMb} MB are needed and ${freeMb} MB of the host are free. Make fewer, or turn off machines.`,
    { hresult: '0x8007000E' },
  );
};
