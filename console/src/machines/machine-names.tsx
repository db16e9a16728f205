import type { ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import type { Named } from './run-action.ts';

/** Every machine that something is about to be done to, by its name: what is not named is not agreed to. */
export const MachineNames = ({ machines }: { readonly machines: readonly Named[] }): ReactNode => (
  <div className="names" role="group" tabIndex={0} aria-label={t('nav.machines')}>
    <ul>
      {machines.map(({ id, name }) => (
        <li key={id}>
          <strong>{name}</strong>
        </li>
      ))}
    </ul>
  </div>
);
