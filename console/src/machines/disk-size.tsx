import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Image } from '../api/types.ts';
import { bytes, t } from '../i18n/index.ts';
import { useImageWork } from '../images/image-work.tsx';
import { Failure, Loading } from '../ui/basics.tsx';
import { NumberField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast } from '../ui/toasts.tsx';
import { sizeFault } from './new-disk.ts';

const GB = 2 ** 30;

interface Props {
  /** Of the file that the machine writes to. */
  readonly path: string;
  readonly onClose: () => void;
}

/** Another size of a disk: larger at any time at a SCSI controller; what else is possible, the service says. */
export const ResizeDisk = ({ path, onClose }: Props): ReactNode => {
  const { data, error } = useQuery({ ...queries.image(path), staleTime: 0 });
  const { change, underWay } = useImageWork();
  const [typed, setTyped] = useState<number | null>(null);
  const gb = typed ?? Math.ceil((data?.sizeBytes ?? 0) / GB);
  const run = async (): Promise<void> => {
    await change('resize', { path, sizeBytes: gb * GB });
    toast('ok', t('disk.resized', { size: bytes(gb * GB) }));
  };
  return (
    <FormDialog
      title={t('disk.resize')}
      action={t('apply')}
      disabled={data === undefined || sizeFault(gb) !== null || gb * GB === data.sizeBytes}
      onClose={onClose}
      run={run}
      underWay={underWay}
    >
      <code style={{ overflowWrap: 'anywhere' }}>{path}</code>
      {data === undefined ? (
        error === null ? (
          <Loading lines={2} />
        ) : (
          <Failure error={error} />
        )
      ) : (
        <>
          <p>{t('disk.sizeNow', { size: sizesOf(data) })}</p>
          <NumberField
            label={t('disk.newSize')}
            unit="GB"
            min={1}
            value={gb}
            hint={t('disk.resize.hint')}
            fault={sizeFault(gb)}
            onChange={setTyped}
          />
        </>
      )}
    </FormDialog>
  );
};

const sizesOf = ({ sizeBytes, fileBytes }: Image): string =>
  t('disk.sizes', { size: bytes(sizeBytes), file: bytes(fileBytes) });

/** Gives the host back the room of what the guest has deleted. */
export const CompactDisk = ({ path, onClose }: Props): ReactNode => {
  const { change, underWay } = useImageWork();
  const run = async (): Promise<void> => {
    await change('compact', { path });
    toast('ok', t('disk.compacted'));
  };
  return (
    <FormDialog title={t('disk.compact')} action={t('disk.compact')} onClose={onClose} run={run} underWay={underWay}>
      <code style={{ overflowWrap: 'anywhere' }}>{path}</code>
      <p>{t('disk.compact.hint')}</p>
    </FormDialog>
  );
};
