import type { Guid } from '../../../core/model.ts';

const PREFIX = 'Microsoft:';
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An InstanceID of a VSSD or of something below it, taken apart (object-model §1). */
export interface ParsedInstanceId {
  readonly configuration: Guid;
  /** Null for the VSSD itself; single backslashes, case as given. */
  readonly part: string | null;
}

export const configurationInstanceId = (configuration: Guid): string => PREFIX + configuration;

export const settingInstanceId = (configuration: Guid, part: string): string => `${PREFIX}${configuration}\\${part}`;

export const isGuid = (text: string): boolean => GUID.test(text);

/** In any case, with single or doubled backslashes (README rule 7). */
export const parseInstanceId = (text: string): ParsedInstanceId | null => {
  if (text.slice(0, PREFIX.length).toLowerCase() !== PREFIX.toLowerCase()) return null;
  const rest = text.slice(PREFIX.length).replaceAll('\\\\', '\\');
  const cut = rest.indexOf('\\');
  const id = cut < 0 ? rest : rest.slice(0, cut);
  if (!GUID.test(id)) return null;
  const part = cut < 0 ? null : rest.slice(cut + 1);
  return { configuration: id.toUpperCase(), part: part === '' ? null : part };
};

/**
 * The configuration that every InstanceID with this beginning belongs to; null when the beginning is too short to tell
 * (object-model §1: `LIKE 'Microsoft:<GUID>%'` must be fast).
 */
export const configurationOfPrefix = (text: string): Guid | null => {
  const id = text.slice(PREFIX.length, PREFIX.length + 36);
  return text.slice(0, PREFIX.length).toLowerCase() === PREFIX.toLowerCase() && GUID.test(id) ? id.toUpperCase() : null;
};

/** The configuration that a path text of a setting names, in any spelling and escaping. */
export const configurationInText = (text: string): Guid | null => {
  const found = /microsoft:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/i.exec(text);
  return found?.[1]?.toUpperCase() ?? null;
};
