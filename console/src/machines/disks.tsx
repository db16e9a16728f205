import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Disk } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { useAsk } from '../ui/asking.tsx';
import { Card } from '../ui/basics.tsx';
import { Icon } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { AboutDevice } from './about-device.tsx';
import { Chain } from './chain.tsx';
import { DeviceCards, type DevicesProps, type DeviceTools } from './device-cards.tsx';
import { AddController, drivesByController } from './controllers.tsx';
import { DiskDialog } from './disk-dialog.tsx';
import { CompactDisk, ResizeDisk } from './disk-size.tsx';
import { MoveDrive } from './move-drive.tsx';

/** Drives under their controllers, with what is in them and the chain of files below each. */
export const Disks = ({ of, marked, readOnly }: DevicesProps): ReactNode => (
  <DeviceCards<Disk>
    of={of}
    segment="disks"
    select={({ disks }) => disks}
    icon="disk"
    none={t('disk.none')}
    add={t('disk.add')}
    groups={(devices, mayChange, fresh) => drivesByController(of, devices, mayChange, fresh)}
    more={(devices, fresh) => <AddController of={of} devices={devices} fresh={fresh} />}
    marked={marked ?? null}
    readOnly={readOnly}
    card={(disk, tools) => <DiskCard of={of} disk={disk} tools={tools} />}
    form={(disk, onDone, onClose) => <DiskDialog of={of} disk={disk} onDone={onDone} onClose={onClose} />}
    removal={({ path }) => ({
      title: t('disk.remove.title'),
      text: (
        <>
          <p>{t('disk.remove.hint')}</p>
          {path === null ? null : <code>{path}</code>}
        </>
      ),
    })}
  />
);

const DiskCard = ({
  of,
  disk,
  tools: { may, fresh },
}: {
  readonly of: string;
  readonly disk: Disk;
  readonly tools: DeviceTools;
}): ReactNode => {
  const ask = useAsk();
  const open = (dialog: (close: () => void) => ReactNode): void =>
    ask((close) => (
      <AboutDevice of={of} id={disk.id}>
        {dialog(close)}
      </AboutDevice>
    ));
  // Disks of a plan are files of the import: nothing writes to them before it is realized.
  const file = disk.kind === 'disk' && of.startsWith('vms/') ? disk.path : null;
  const place = [disk.controllerNumber, disk.location].filter((part) => part !== null).join(':');
  const eject = (): void => {
    send('PATCH', `/${of}/disks/${encodeURIComponent(disk.id)}`, { path: null }).then(fresh, (problem: unknown) =>
      toastProblem(t('disk.eject'), problem),
    );
  };
  return (
    <Card>
      <div className="row" style={{ marginBottom: '0.6rem', flexWrap: 'nowrap' }}>
        <Icon name={disk.kind === 'disk' ? 'disk' : 'dvd'} size={20} />
        <h3 className="grow">
          {word('disk', disk.kind)}{' '}
          <span className="muted small">
            {disk.controller?.toUpperCase()} {place}
          </span>
        </h3>
        {may === null ? null : (
          <Menu
            label={t('actions.of', { name: `${word('disk', disk.kind)} ${place}` })}
            items={[
              { label: disk.path === null ? t('disk.insert') : t('disk.change'), icon: 'edit', run: may.change },
              ...(disk.kind === 'floppy'
                ? []
                : [
                    {
                      label: t('disk.move'),
                      icon: 'switch' as const,
                      run: () => open((close) => <MoveDrive of={of} disk={disk} onDone={fresh} onClose={close} />),
                    },
                  ]),
              ...(disk.kind !== 'disk' && disk.path !== null
                ? [{ label: t('disk.eject'), icon: 'up' as const, run: eject }]
                : []),
              ...(file === null
                ? []
                : [
                    {
                      label: t('disk.resize'),
                      icon: 'disk' as const,
                      run: () => open((close) => <ResizeDisk path={file} onClose={close} />),
                    },
                    {
                      label: t('disk.compact'),
                      icon: 'save' as const,
                      run: () => open((close) => <CompactDisk path={file} onClose={close} />),
                    },
                  ]),
              { label: t('remove'), icon: 'trash', danger: true, run: may.remove },
            ]}
          />
        )}
      </div>
      {disk.path === null ? (
        <p className="muted">{t('disk.empty')}</p>
      ) : (
        <>
          <Chain path={disk.path} />
          <OnHost of={of} disk={disk} />
        </>
      )}
    </Card>
  );
};

/** The file of the host that the path means, where it is written otherwise. */
const OnHost = ({ of, disk }: { readonly of: string; readonly disk: Disk }): ReactNode => {
  const { data } = useQuery(queries.paths(of));
  const told = data?.items.find(({ sourceId, path }) => sourceId === disk.imageId && path === disk.path);
  if (told === undefined || told.hostPath === null || told.hostPath === told.path) return null;
  return (
    <p className="small muted">
      {t('disk.onHost')} <code>{told.hostPath}</code>
    </p>
  );
};
