import type { Command, Option } from 'commander';

export interface TypedWords {
  /** Words that are neither options nor their values. */
  readonly given: readonly string[];
  /** Options by the names under which an action gets them, with their values. */
  readonly options: Readonly<Record<string, string | true>>;
  /** The option that the last word is, when its value is to come. */
  readonly pending: Option | null;
}

/** What the words behind a command are: commander tells it of a line that is whole, and refuses any other. */
export const typedWords = (command: Command, words: readonly string[]): TypedWords => {
  const given: string[] = [];
  const options: Record<string, string | true> = {};
  let pending: Option | null = null;
  let plain = false;
  for (const word of words) {
    if (pending !== null) {
      options[pending.attributeName()] = word;
      pending = null;
    } else if (plain || !word.startsWith('-')) given.push(word);
    else if (word === '--') plain = true;
    else {
      const [flag, value] = parts(word);
      const option = command.options.find(({ short, long }) => flag === long || flag === short);
      if (option === undefined) continue;
      if (value !== null) options[option.attributeName()] = value;
      else if (option.required) pending = option;
      else options[option.attributeName()] = true;
    }
  }
  return { given, options, pending };
};

/** `--output=json` and `-ojson` are one word. */
const parts = (word: string): readonly [flag: string, value: string | null] => {
  const [, flag = word, value = null] = /^(--[^=]+)=(.*)$/s.exec(word) ?? /^(-[^-])(.+)$/s.exec(word) ?? [];
  return [flag, value];
};
