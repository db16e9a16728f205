import type { ReactNode } from 'react';
import type { Disk } from '../api/types.ts';
import { work } from '../api/work.ts';
import { t } from '../i18n/index.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { PlaceFields, usePlace } from './place-fields.tsx';

/** Another controller or location for a drive, with what is in it. */
export const MoveDrive = ({
  of,
  disk,
  onDone,
  onClose,
}: {
  readonly of: string;
  readonly disk: Disk;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}): ReactNode => {
  const chosen = usePlace(of, disk.kind, disk);
  const { controllerId, location } = chosen.place;
  return (
    <FormDialog
      title={t('disk.move')}
      action={t('move')}
      disabled={controllerId === disk.controllerId && (location === null || location === disk.location)}
      onClose={onClose}
      run={async () => {
        await chosen.put(() =>
          work('PATCH', `/${of}/disks/${encodeURIComponent(disk.id)}`, {
            controllerId,
            ...(location === null ? {} : { location }),
          }),
        );
        await onDone();
      }}
    >
      <p>{t('disk.move.hint')}</p>
      <PlaceFields kind={disk.kind} moving={disk} chosen={chosen} />
    </FormDialog>
  );
};
