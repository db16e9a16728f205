import { randomInt, randomUUID } from 'node:crypto';
import type { Guid } from '../model.ts';

const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;

export const newGuid = (): Guid => randomUUID().toUpperCase();

/** Upper case without braces; null when the text is no GUID. */
export const parseGuid = (text: string): Guid | null => GUID.exec(text)?.[1]?.toUpperCase() ?? null;

/** `dddd-dddd-dddd-dddd-dddd-dddd-dd`, the form of BIOSSerialNumber on real hosts (object-model §4). */
export const newSerialNumber = (): string => {
  const half = (): string => String(randomInt(10 ** 13)).padStart(13, '0');
  const digits = half() + half();
  return digits.replace(/(\d{4})(?=\d)/g, '$1-');
};

/** Names compare without regard to case. */
export const foldName = (name: string): string => name.toLowerCase();
