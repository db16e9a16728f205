import type { ReactNode } from 'react';
import { chooseLanguage, type Language, language, LANGUAGES, t } from '../i18n/index.ts';
import { Menu } from '../ui/menu.tsx';

export const LanguageChoice = (): ReactNode => (
  <Menu
    label={t('language')}
    text={language.toUpperCase()}
    icon="language"
    items={Object.entries(LANGUAGES).map(([key, label]) => ({ label, run: () => chooseLanguage(key as Language) }))}
  />
);
