import type { ReactNode } from 'react';
import { t } from '../i18n/index.ts';

export const Steps = ({ names, at }: { readonly names: readonly string[]; readonly at: number }): ReactNode => (
  <ol className="steps" aria-label={t('steps')}>
    {names.map((name, n) => (
      <li key={name} aria-current={n === at ? 'step' : undefined}>
        <span>{n + 1}</span>
        {name}
      </li>
    ))}
  </ol>
);
