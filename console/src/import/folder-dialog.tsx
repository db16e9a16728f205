import { type ReactNode, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { get, send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Checkpoints } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { PathField } from './path-field.tsx';

/** One folder of this host for all that another host's folders were: of the plan and of its checkpoints. */
export const FolderDialog = ({
  plan,
  onDone,
  onClose,
}: {
  readonly plan: string;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode => {
  const { data: host } = useQuery(queries.host);
  const [typed, setTyped] = useState<string | null>(null);
  const folder = typed ?? host?.folders.vms ?? '';
  const run = async (): Promise<void> => {
    const folders = { configuration: folder, checkpoints: folder, swap: folder };
    await send('PATCH', `/plans/${plan}/settings`, { folders });
    const { items } = await get<Checkpoints>(`/plans/${plan}/checkpoints`);
    for (const { id, type } of items)
      if (type !== 'missing') await send('PATCH', `/checkpoints/${id}/settings`, { folders });
    onDone();
  };
  return (
    <FormDialog
      title={t('import.folder')}
      action={t('apply')}
      disabled={folder.trim() === ''}
      onClose={onClose}
      run={run}
    >
      <PathField label={t('import.folder.of')} value={folder} onChange={setTyped} want="folder" />
    </FormDialog>
  );
};
