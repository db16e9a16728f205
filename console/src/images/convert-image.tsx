import { type ReactNode, useState } from 'react';
import type { Image } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { SelectField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast } from '../ui/toasts.tsx';
import { useImageWork } from './image-work.tsx';
import { besideOf, FORMATS, type Format, inFolder, nameOf, withEnding } from './paths.ts';

const TYPES = ['dynamic', 'fixed'] as const;

/** A copy in another format or type; what it is made of stays. */
export const ConvertImage = ({
  image,
  path,
  onClose,
}: {
  readonly image: Image;
  readonly path: string;
  readonly onClose: () => void;
}): ReactNode => {
  const { change, underWay } = useImageWork();
  const [format, setFormat] = useState<Format>('vhdx');
  // Of one that is as wanted already but for its type, the other type.
  const [type, setType] = useState<string>(image.format === 'vhdx' && image.type === 'dynamic' ? 'fixed' : 'dynamic');
  const [typed, setTyped] = useState<string | null>(null);
  const to = typed ?? besideOf(path, format);
  const run = async (): Promise<void> => {
    await change('convert', { path, to, format, type: format === 'qcow2' ? 'dynamic' : type });
    toast('ok', t('tool.converted', { name: nameOf(to) }));
  };
  return (
    <FormDialog
      title={t('tool.convert')}
      action={t('tool.convert')}
      disabled={to.trim() === ''}
      onClose={onClose}
      run={run}
      underWay={underWay}
    >
      <p>{t('tool.convert.hint')}</p>
      <SelectField
        label={t('format')}
        value={format}
        options={FORMATS.map((each) => [each, each === 'qcow2' ? each : each.toUpperCase()] as const)}
        onChange={(next) => {
          setFormat(next as Format);
          setTyped((now) => (now === null ? null : withEnding(now, next as Format)));
        }}
      />
      {format === 'qcow2' ? null : (
        <SelectField
          label={t('disk.type')}
          hint={word('disk.type.hint', type)}
          value={type}
          options={TYPES.map((each) => [each, word('image', each)] as const)}
          onChange={setType}
        />
      )}
      <PathField
        label={t('tool.newFile')}
        value={to}
        onChange={setTyped}
        want="folder"
        picked={(folder) => inFolder(folder, nameOf(to))}
      />
    </FormDialog>
  );
};
