import type { Instant } from '../model.ts';

/** CIM datetime text in UTC with the offset spelling of Hyper-V hosts (`-000`, object-model §3). */
export const datetimeText = (at: Instant): string => {
  const iso = new Date(at).toISOString();
  const day = `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 10)}`;
  return `${day}${iso.slice(11, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}.${iso.slice(20, 23)}000-000`;
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
