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
  let text = digits.slice(0, 4);
  for (let at = 4; at < digits.length; at += 4) text += `-${digits.slice(at, at + 4)}`;
  return text;
};

/** Names compare without regard to case. */
export const foldName = (name: string): string => name.toLowerCase();
