import { type ReactNode, useState } from 'react';
import type { Image } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { Choices } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast } from '../ui/toasts.tsx';
import { useImageWork } from './image-work.tsx';
import { besideOf, inFolder, nameOf } from './paths.ts';

/** A differencing disk becomes one with its parent, or all of its chain a disk of its own. */
export const MergeImage = ({
  image,
  path,
  onClose,
  onGone,
}: {
  readonly image: Image;
  readonly path: string;
  readonly onClose: () => void;
  /** The file is no more. */
  readonly onGone: () => void;
}): ReactNode => {
  const { change, underWay } = useImageWork();
  const [target, setTarget] = useState<'parent' | 'file'>('parent');
  const [typed, setTyped] = useState<string | null>(null);
  const file = typed ?? besideOf(path, image.format === 'vhd' ? 'vhd' : 'vhdx', image.parentPath);
  const into = target === 'parent' ? (image.parentPath ?? '') : file;
  const run = async (): Promise<void> => {
    await change('merge', { path, into, newFile: target === 'file' });
    toast('ok', t('tool.merged', { name: nameOf(into) }));
  };
  return (
    <FormDialog
      title={t('tool.merge')}
      action={t('tool.merge')}
      disabled={into.trim() === ''}
      onClose={onClose}
      run={async () => {
        await run();
        if (target === 'parent') onGone();
      }}
      underWay={underWay}
    >
      <Choices
        label={t('tool.merge.into')}
        value={target}
        options={[
          ['parent', t('tool.merge.parent'), t('tool.merge.parent.hint')],
          ['file', t('tool.merge.file'), t('tool.merge.file.hint')],
        ]}
        onChange={(next) => setTarget(next as typeof target)}
      />
      {target === 'parent' ? (
        <code style={{ overflowWrap: 'anywhere' }}>{into}</code>
      ) : (
        <PathField
          label={t('tool.newFile')}
          value={file}
          onChange={setTyped}
          want="folder"
          picked={(folder) => inFolder(folder, nameOf(file))}
        />
      )}
    </FormDialog>
  );
};
