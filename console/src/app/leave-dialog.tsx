import type { ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { Confirm } from '../ui/confirm.tsx';
import { answer, useIsAsked } from '../ui/unsaved.ts';

/** Asks whoever goes away from what is typed and not saved. */
export const LeaveDialog = (): ReactNode =>
  useIsAsked() ? (
    <Confirm
      title={t('leave.title')}
      action={t('leave.go')}
      onClose={() => answer(false)}
      run={async () => answer(true)}
    >
      <p>{t('leave.hint')}</p>
    </Confirm>
  ) : null;
