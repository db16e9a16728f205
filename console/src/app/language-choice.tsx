import type { ReactNode } from 'react';
import { chooseLanguage, type Language, language, LANGUAGES, t } from '../i18n/index.ts';
import { Menu, type MenuItem } from '../ui/menu.tsx';
import { leaveForGood } from '../ui/unsaved.ts';

/** Each language, by its own name. */
export const languageItems = (): readonly MenuItem[] =>
  Object.entries(LANGUAGES).map(([key, label]) => ({
    label,
    checked: key === language,
    // The page is loaded anew for it.
    run: () => leaveForGood(() => chooseLanguage(key as Language)),
  }));

export const LanguageChoice = (): ReactNode => (
  <Menu label={t('language')} text={language.toUpperCase()} icon="language" items={languageItems()} />
);
