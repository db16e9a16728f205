import type { SettingValue, SettingValues } from '../model.ts';
import { invalid, quote } from './refusals.ts';

/** A setting's text or list that is longer is a mistake or an attack; the longest honest one is a KVP list. */
const MAXIMUM_TEXT = 32_768;
const MAXIMUM_ITEMS = 4_096;
const MAXIMUM_TOTAL = 1_048_576;

/** Characters that no wire format can carry back: XML 1.0 has no place for them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSPEAKABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const CONTROL = /\p{Cc}/u;

const checkText = (name: string, text: string): number => {
  if (text.length > MAXIMUM_TEXT)
    throw invalid(`${name} has ${text.length} characters; at most ${MAXIMUM_TEXT} are kept. Shorten it.`);
  if (UNSPEAKABLE.test(text) || !text.isWellFormed()) {
    throw invalid(`${name} holds a control character or half a character. Remove it.`);
  }
  return text.length;
};

/** Bounds for everything a client gives, whatever it means. */
export const checkValues = (values: SettingValues): void => {
  let total = 0;
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') total += checkText(name, value);
    else if (Array.isArray(value)) {
      if (value.length > MAXIMUM_ITEMS)
        throw invalid(`${name} has ${value.length} elements; at most ${MAXIMUM_ITEMS} are kept.`);
      for (const item of value) total += typeof item === 'string' ? checkText(name, item) : 8;
    }
  }
  if (total > MAXIMUM_TOTAL) throw invalid(`The setting holds ${total} characters; at most ${MAXIMUM_TOTAL} are kept.`);
};

/** A display name: at most 100 characters (object-model §4), on one line. */
export const checkName = (name: string): void => {
  if (name.length > 100)
    throw invalid(`The name has ${name.length} characters; a virtual machine's name has at most 100.`);
  if (CONTROL.test(name)) throw invalid('The name holds a control character or a line break. Remove it.');
};

const asNumber = (value: SettingValue): number | null =>
  typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : null;

export const checkRange = (name: string, value: SettingValue, minimum: number, maximum: number): void => {
  const number = asNumber(value);
  if (number === null || number < minimum || number > maximum) {
    throw invalid(`${name} is ${quote(String(value))}; it must be from ${minimum} to ${maximum}.`);
  }
};

export const checkOneOf = (name: string, value: SettingValue, allowed: readonly number[]): void => {
  const number = asNumber(value);
  if (number === null || !allowed.includes(number)) {
    throw invalid(`${name} is ${quote(String(value))}; it must be one of ${allowed.join(', ')}.`);
  }
};
