import type { ReactNode } from 'react';
import type { Machine } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { Icon, Spinner } from '../ui/icons.tsx';
import { TONES } from './actions.ts';

/** The state in a word and a picture, never by colour alone. */
export const StateBadge = ({ machine }: { readonly machine: Machine }): ReactNode => {
  const { tone, icon } = TONES[machine.state] ?? TONES.unknown;
  return (
    <span className={`state tone-${tone}`}>
      {icon === 'spinner' ? <Spinner /> : <Icon name={icon} />}
      {word('state', machine.state)}
      {machine.health === 'ok' ? null : (
        <span className="tone-bad" title={t('health.bad')}>
          <Icon name="warn" />
          <span className="sr">{t('health.bad')}</span>
        </span>
      )}
      {machine.operation === null ? null : (
        <span className="tag" lang="en">
          {machine.operation}
        </span>
      )}
    </span>
  );
};
