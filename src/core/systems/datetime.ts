import type { Instant } from '../model.ts';

/** `YYYYMMDDHHMMSS.mmm000-000`, where the first 17 digits are put in. */
const TEXT = Buffer.from('00000000000000.000000-000', 'latin1');
/** Where each of them stands in ISO 8601, `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
const ISO_PLACES = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22] as const;
const POINT = 14;

/** Of instants that were told: lists tell the same ones again and again, when machines were made. */
const TOLD = new Map<Instant, string>();
/** Some hundred kilobytes. */
const MOST_TOLD = 4096;

/**
 * CIM datetime text in UTC with the offset spelling of Hyper-V hosts (`-000`, object-model §3). Lists of machines are full of
 * them: a text put together of pieces takes ten times the memory.
 */
export const datetimeText = (at: Instant): string => {
  const told = TOLD.get(at);
  if (told !== undefined) return told;
  const text = made(at);
  if (TOLD.size >= MOST_TOLD) TOLD.clear();
  TOLD.set(at, text);
  return text;
};

const made = (at: Instant): string => {
  const iso = new Date(at).toISOString();
  for (let index = 0; index < ISO_PLACES.length; index++)
    TEXT[index < POINT ? index : index + 1] = iso.charCodeAt(ISO_PLACES[index] ?? 0);
  return TEXT.toString('latin1');
};

const INTERVAL = /^(\d{8})(\d{2})(\d{2})(\d{2})\.(\d{6}):000$/;

/** Milliseconds of a CIM interval (`ddddddddHHMMSS.mmmmmm:000`); null when the text is none. */
export const intervalMs = (text: string): number | null => {
  const match = INTERVAL.exec(text);
  if (match === null) return null;
  const [days, hours, minutes, seconds, micro] = match.slice(1).map(Number);
  if (
    days === undefined ||
    hours === undefined ||
    minutes === undefined ||
    seconds === undefined ||
    micro === undefined
  )
    return null;
  if (hours > 23 || minutes > 59 || seconds > 59) return null;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + Math.floor(micro / 1000);
};
