import { UsageError } from './connect.ts';

const UNITS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

/** `20G`, `512 MiB`, `1073741824`: bytes, in powers of 1024. @throws UsageError */
export const byteSize = (text: string, what: string): number => {
  const [, digits = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * 1024 ** (UNITS[unit.toLowerCase()] ?? 0);
  if (digits === '' || !Number.isSafeInteger(bytes) || bytes < 1)
    throw new UsageError(`${what} is a size like 20G, 512M, or a number of bytes; "${text}" is none.`);
  return bytes;
};

const NAMES = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** In the largest unit that keeps it above one. */
export const sizeText = (bytes: number): string => {
  let unit = 0;
  let value = bytes;
  while (value >= 1024 && unit < NAMES.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toFixed(2))} ${NAMES[unit] ?? ''}`;
};
