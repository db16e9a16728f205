import type { ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast } from '../ui/toasts.tsx';
import { useImageWork } from './image-work.tsx';

/** Is the file whole, and are those that it lies over? */
export const CheckImage = ({ path, onClose }: { readonly path: string; readonly onClose: () => void }): ReactNode => {
  const { change, underWay } = useImageWork();
  const run = async (): Promise<void> => {
    await change('validate', { path });
    toast('ok', t('tool.checked'));
  };
  return (
    <FormDialog title={t('tool.check')} action={t('tool.check')} onClose={onClose} run={run} underWay={underWay}>
      <code style={{ overflowWrap: 'anywhere' }}>{path}</code>
      <p>{t('tool.check.hint')}</p>
    </FormDialog>
  );
};
