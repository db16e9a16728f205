import { en, type Texts } from './en.ts';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'vsms-language';
let texts: Texts = en;
export let language: Language = 'en';

const isLanguage = (text: string | null | undefined): text is Language =>
  text !== null && text !== undefined && Object.hasOwn(LANGUAGES, text);

/** Chosen here, else the first one of the browser's that we have. */
export async function loadLanguage(): Promise<void> {
  const chosen = localStorage.getItem(KEY);
  language = isLanguage(chosen)
    ? chosen
    : (navigator.languages.map((tag) => tag.split('-')[0]).find(isLanguage) ?? 'en');
  if (language === 'de') texts = (await import('./de.ts')).de;
  document.documentElement.lang = language;
}

export function chooseLanguage(next: Language): void {
  localStorage.setItem(KEY, next);
  location.reload();
}

type Values = Readonly<Record<string, string | number>>;

/** A text in the language of the user; `{name}` stands for a value. */
export const t = (key: keyof Texts, values?: Values): string =>
  values === undefined
    ? texts[key]
    : texts[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** The text of a word of the service, `state.running`; a word that nobody has translated is shown as it is. */
export const word = (group: string, value: string): string => {
  const key = `${group}.${value}`;
  return Object.hasOwn(texts, key) ? texts[key as keyof Texts] : value;
};

/** `key` is followed by `.one` or `.other`. */
export const count = (key: string, n: number): string =>
  word(key, new Intl.PluralRules(language).select(n) === 'one' ? 'one' : 'other').replace('{n}', number(n));

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);

/** What nobody can tell. */
const UNKNOWN = '–';

/** Sizes in powers of 1024, as Hyper-V writes them. */
export const bytes = (value: number | null): string => {
  if (value === null) return UNKNOWN;
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  const step = value <= 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** step;
  return `${number(scaled, scaled < 10 && step > 0 ? 1 : 0)} ${units[step]}`;
};

export const megabytes = (value: number | null): string => bytes(value === null ? null : value * 1024 * 1024);

/** Bytes a second. */
export const byteRate = (value: number): string => `${bytes(value)}/s`;

export const percent = (value: number): string => `${number(value)} %`;

export const dateTime = (iso: string | null): string =>
  iso === null
    ? UNKNOWN
    : new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

export const exactTime = (iso: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }).format(new Date(iso));

/** `2 d 3 h`, `4 min`: the two largest units. */
export const duration = (seconds: number | null): string => {
  if (seconds === null) return UNKNOWN;
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    [Math.floor(whole / 86_400), t('unit.d')],
    [Math.floor(whole / 3600) % 24, t('unit.h')],
    [Math.floor(whole / 60) % 60, t('unit.min')],
    [whole % 60, t('unit.s')],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  return first < 0
    ? `0\u00A0${t('unit.s')}`
    : parts
        .slice(first, first + 2)
        .filter(([value]) => value > 0)
        .map(([value, unit]) => `${value}\u00A0${unit}`)
        .join(' ');
};
