import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { t } from '../i18n/index.ts';
import { separatorOf } from '../machines/chain.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextField } from '../ui/fields.tsx';

/** A name in a folder of the host, in the way in which the folder is written. */
export const pathIn = (folder: string, name: string): string =>
  /[\\/]$/.test(folder) ? folder + name : folder + separatorOf(folder) + name;

/** Makes a folder in another one. */
export const NewFolder = ({
  folder,
  onMade,
  onClose,
}: {
  readonly folder: string;
  readonly onMade: (path: string) => void;
  readonly onClose: () => void;
}): ReactNode => {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const wrong = /[\\/]/.test(name) ? t('field.noPath') : null;
  const run = async (): Promise<void> => {
    const path = pathIn(folder, name.trim());
    await send('POST', '/files/folders', { path });
    await client.invalidateQueries({ queryKey: ['files'] });
    onMade(path);
  };
  return (
    <FormDialog
      title={t('folder.make')}
      action={t('create')}
      disabled={name.trim() === '' || wrong !== null}
      run={run}
      onClose={onClose}
    >
      <TextField
        label={t('folder.name')}
        hint={t('folder.make.in', { folder })}
        fault={wrong}
        value={name}
        spellCheck={false}
        autoComplete="off"
        onChange={setName}
      />
    </FormDialog>
  );
};
