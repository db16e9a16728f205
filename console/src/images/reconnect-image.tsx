import { type ReactNode, useState } from 'react';
import type { Image } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { CheckField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast } from '../ui/toasts.tsx';
import { useImageWork } from './image-work.tsx';

/** The parent of a differencing disk, which was moved or renamed, is shown to it. */
export const ReconnectImage = ({
  image,
  path,
  onClose,
}: {
  readonly image: Image;
  readonly path: string;
  readonly onClose: () => void;
}): ReactNode => {
  const { change, underWay } = useImageWork();
  const [parentPath, setParentPath] = useState(image.parentPath ?? '');
  const [ignoreMismatch, setIgnoreMismatch] = useState(false);
  const run = async (): Promise<void> => {
    await change('set-parent', { path, parentPath, ignoreMismatch });
    toast('ok', t('tool.reconnected'));
  };
  return (
    <FormDialog
      title={t('tool.reconnect')}
      action={t('tool.reconnect')}
      disabled={parentPath.trim() === ''}
      onClose={onClose}
      run={run}
      underWay={underWay}
    >
      <p>{t('tool.reconnect.hint')}</p>
      <PathField label={t('disk.parent')} value={parentPath} onChange={setParentPath} want="disk" />
      <CheckField
        label={t('tool.reconnect.ignore')}
        hint={t('tool.reconnect.ignore.hint')}
        checked={ignoreMismatch}
        onChange={setIgnoreMismatch}
      />
    </FormDialog>
  );
};
