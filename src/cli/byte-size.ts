import { UsageError } from './connect.ts';

const UNITS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

const SIZE = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)(?:i?b)?$/i;

/** `20G`, `512 MiB`, `1073741824`: bytes, in powers of 1024. @throws UsageError */
export const byteSize = (text: string, what: string): number => {
  const bytes = bytesOf(text);
  if (bytes === null)
    throw new UsageError(`${what} is a size like 20G, 512M, or a number of bytes; "${text}" is none.`);
  return bytes;
};

/** Of a disk. Whoever types `--size 20` means gigabytes: no disk has twenty bytes. @throws UsageError */
export const diskSize = (text: string, what: string): number => {
  const bytes = byteSize(text, what);
  if (bytes < LEAST_DISK && /\d$/.test(text.trim()))
    throw new UsageError(`${what}: "${text}" would be ${bytes} bytes. Give it a unit, such as ${text}G or ${text}M.`);
  return bytes;
};

const LEAST_DISK = 65_536;

/**
 * Memory as Hyper-V counts it, in MB: `2048`, or with a unit, `4G`, `4GB`, `2048 MiB`; null: neither. What a machine takes of it
 * is for the service to say.
 */
export const megabytesOf = (text: string): number | null => {
  const plain = text.trim();
  if (/^\d{1,9}$/.test(plain)) return Number(plain);
  const megabytes = /[kmgtb]$/i.test(plain) ? (bytesOf(plain) ?? 0) / MEGABYTE : 0;
  return megabytes > 0 && Number.isInteger(megabytes) ? megabytes : null;
};

/** @throws UsageError */
export const memorySize = (text: string, what: string): number => {
  const megabytes = megabytesOf(text);
  if (megabytes === null)
    throw new UsageError(`${what} is a whole number of MB like 2048, or a size like 4G; "${text}" is neither.`);
  return megabytes;
};

const MEGABYTE = 1024 ** 2;

const bytesOf = (text: string): number | null => {
  const [, digits = '', unit = ''] = SIZE.exec(text.trim()) ?? [];
  const bytes = Number(digits) * 1024 ** (UNITS[unit.toLowerCase()] ?? 0);
  return digits === '' || !Number.isSafeInteger(bytes) || bytes < 1 ? null : bytes;
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
