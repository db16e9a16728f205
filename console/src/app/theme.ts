import { useSyncExternalStore } from 'react';

const KEY = 'vsms-theme';
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const chosenTheme = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

export function applyTheme(theme: Theme = chosenTheme()): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

const listeners = new Set<() => void>();

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  applyTheme(theme);
  for (const listener of listeners) listener();
}

export const useTheme = (): Theme => useSyncExternalStore(onScheme, chosenTheme);

/** Whether colours are dark ones now, for what draws with colours of its own: a canvas is told no new ones. */
export const useIsDark = (): boolean => useSyncExternalStore(onScheme, isDark);

const system = matchMedia('(prefers-color-scheme: dark)');

const isDark = (): boolean => {
  const theme = chosenTheme();
  return theme === 'system' ? system.matches : theme === 'dark';
};

const onScheme = (changed: () => void): (() => void) => {
  listeners.add(changed);
  system.addEventListener('change', changed);
  return () => {
    listeners.delete(changed);
    system.removeEventListener('change', changed);
  };
};
