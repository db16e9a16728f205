import type { Instant } from '../model.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** CIM datetime text in UTC with the offset spelling of Hyper-V hosts (`-000`, object-model §3). */
export const datetimeText = (at: Instant): string => {
  const date = new Date(at);
  const day = `${String(date.getUTCFullYear()).padStart(4, '0')}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
  const time = `${two(date.getUTCHours())}${two(date.getUTCMinutes())}${two(date.getUTCSeconds())}`;
  return `${day}${time}.${String(date.getUTCMilliseconds()).padStart(3, '0')}000-000`;
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
