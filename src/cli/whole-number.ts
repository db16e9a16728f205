import { UsageError } from './connect.ts';

/** @throws UsageError; what the machine or the host takes of it is for the service to say */
export function wholeNumber(text: string, flag: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${flag} is a whole number, at most 999999999.`);
  return Number(text);
}
