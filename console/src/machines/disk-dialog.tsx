import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Disk } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { separatorOf } from './chain.tsx';
import { type DiskType, sizeFault, useNewDisk } from './new-disk.ts';
import { PlaceFields, usePlace } from './place-fields.tsx';
import { PathField } from '../import/path-field.tsx';
import { Choices, NumberField, SelectField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';

const TYPES: readonly DiskType[] = ['dynamic', 'fixed', 'differencing'];

/** Adds a drive, with a new disk, one that is there, or a DVD; or puts another file into a drive. */
export const DiskDialog = ({
  of,
  disk,
  onDone,
  onClose,
}: {
  readonly of: string;
  readonly disk: Disk | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode => {
  const { data: host } = useQuery(queries.host);
  const [kind, setKind] = useState<'new' | 'disk' | 'dvd'>('new');
  const [path, setPath] = useState(disk?.path ?? '');
  const [sizeGb, setSizeGb] = useState(40);
  const [format, setFormat] = useState('vhdx');
  const [type, setType] = useState<DiskType>('dynamic');
  const [parent, setParent] = useState('');
  const makeDisk = useNewDisk();
  const chosen = usePlace(of, kind === 'dvd' ? 'dvd' : 'disk');
  const fresh = disk === null && kind === 'new';
  const over = type === 'differencing';
  const file =
    path === '' && fresh && host !== undefined
      ? `${host.folders.disks}${separatorOf(host.folders.disks)}${t('disk.newName')}.${format}`
      : path;
  const run = async (): Promise<void> => {
    if (disk !== null) await send('PATCH', `/${of}/disks/${encodeURIComponent(disk.id)}`, { path });
    else {
      if (fresh) await makeDisk({ path: file, format, type, sizeGb, parentPath: over ? parent : null });
      await chosen.put((place) =>
        send('POST', `/${of}/disks`, {
          kind: kind === 'dvd' ? 'dvd' : 'disk',
          path: file === '' ? null : file,
          ...place,
        }),
      );
    }
    onDone();
  };
  const want = disk === null ? (kind === 'dvd' ? 'iso' : 'disk') : disk.kind === 'dvd' ? 'iso' : 'disk';
  return (
    <FormDialog
      title={disk === null ? t('disk.add') : t('disk.change')}
      action={disk === null ? t('add') : t('apply')}
      disabled={
        ((kind !== 'dvd' || disk !== null) && file === '') ||
        (fresh && (over ? parent === '' : sizeFault(sizeGb) !== null))
      }
      onClose={onClose}
      run={run}
    >
      {disk === null ? (
        <Choices
          label={t('kind')}
          value={kind}
          options={[
            ['new', t('disk.new'), t('disk.new.types')],
            ['disk', t('disk.existing'), t('disk.existing.hint')],
            ['dvd', word('disk', 'dvd'), t('disk.dvd.hint')],
          ]}
          onChange={(next) => setKind(next as typeof kind)}
        />
      ) : null}
      <PathField label={t('file')} value={file} onChange={setPath} want={want} />
      {fresh ? (
        <>
          <SelectField
            label={t('disk.type')}
            hint={word('disk.type.hint', type)}
            value={type}
            options={TYPES.map((each) => [each, word('image', each)] as const)}
            onChange={(next) => setType(next as DiskType)}
          />
          {over ? (
            <PathField label={t('disk.parent')} value={parent} onChange={setParent} want="disk" />
          ) : (
            <NumberField
              label={t('size')}
              unit="GB"
              min={1}
              value={sizeGb}
              fault={sizeFault(sizeGb)}
              onChange={setSizeGb}
            />
          )}
          <SelectField
            label={t('format')}
            value={format}
            options={[
              ['vhdx', 'VHDX'],
              ['vhd', 'VHD'],
            ]}
            onChange={setFormat}
          />
        </>
      ) : null}
      {disk === null ? <PlaceFields kind={kind === 'dvd' ? 'dvd' : 'disk'} chosen={chosen} /> : null}
    </FormDialog>
  );
};
