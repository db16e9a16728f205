import type { ReactNode } from 'react';
import { chooseLanguage, type Language, language, LANGUAGES, t } from '../i18n/index.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';

/** Each language, by its own name. */
export const languageItems = (): readonly MenuItem[] =>
  Object.entries(LANGUAGES).map(([key, label]) => ({
    label,
    checked: key === language,
    run: () => chooseLanguage(key as Language),
  }));

export const LanguageChoice = (): ReactNode => (
  <Menu label={t('language')} text={language.toUpperCase()} icon="language" items={languageItems()} />
);
