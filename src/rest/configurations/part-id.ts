import { z } from 'zod';
import { guid } from '../routes/common.ts';

/**
 * Ids of what belongs to a configuration: its InstanceID without the configuration, parts joined by `~`, which needs no escape in
 * an address: `Microsoft:GUID\83F8638B-...\0\0\D` -> `83F8638B-...~0~0~D`.
 */
export const partOf = (instanceId: string | null): string =>
  (instanceId ?? '').replace(/^Microsoft:[^\\]*\\?/i, '').replaceAll('\\', '~');

export const instanceIdOf = (configuration: string, part: string): string =>
  `Microsoft:${configuration}\\${part.replaceAll('~', '\\')}`;

/** The part that a text with the path of a setting names; null: none. */
export const partIn = (path: string | null): string | null => {
  const id = /InstanceID="(Microsoft:(?:[^"\\]|\\.)*)"/i.exec(path ?? '')?.[1]?.replace(/\\(.)/g, '$1');
  return id === undefined ? null : partOf(id);
};

export const partParams = z.object({ id: guid, device: z.string().regex(/^[A-Za-z0-9~-]{1,300}$/) });
