import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import type { Controller, Devices, Disk } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { Button } from '../ui/basics.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import type { DeviceGroup } from './device-cards.tsx';

/** Drives on one controller (Hyper-V). */
const LOCATIONS = { ide: 2, scsi: 64, floppy: 1 } as const;
const MOST_SCSI = 4;

/** The order of their places in Hyper-V Manager: IDE, SCSI, floppy. */
const ORDER = Object.keys(LOCATIONS);

const controllersOf = ({ controllers }: Devices): readonly Controller[] =>
  controllers.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.number - b.number);

export const controllerName = ({ kind, number }: Controller): string => t(`controller.${kind}`, { number });

const drivesOn = ({ disks }: Devices, controller: Controller): readonly Disk[] =>
  disks
    .filter(({ controllerId }) => controllerId === controller.id)
    .toSorted((a, b) => (a.location ?? 0) - (b.location ?? 0));

/** Locations of a controller that nothing is at; `moving`: the drive whose own place counts as free. */
export const freeLocations = (devices: Devices, controller: Controller, moving: Disk | null): readonly number[] => {
  const taken = new Set(
    drivesOn(devices, controller).flatMap(({ id, location }) => (id === moving?.id ? [] : location)),
  );
  return Array.from({ length: LOCATIONS[controller.kind] }, (_, location) => location).filter(
    (location) => !taken.has(location),
  );
};

/** Controllers that a drive fits on: a generation that has IDE starts no DVD from SCSI. */
export const controllersFor = (devices: Devices, kind: Disk['kind']): readonly Controller[] => {
  const all = controllersOf(devices).filter((controller) => controller.kind !== 'floppy');
  return kind === 'dvd' && all.some((controller) => controller.kind === 'ide')
    ? all.filter((controller) => controller.kind === 'ide')
    : all;
};

/** Drives under their controllers, those that hang on none at the end; empty controllers too. */
export const drivesByController = (
  of: string,
  devices: Devices,
  mayChange: boolean,
  fresh: () => Promise<void>,
): readonly DeviceGroup<Disk>[] => {
  const known = new Set(devices.controllers.map(({ id }) => id));
  const loose = devices.disks.filter(({ controllerId }) => controllerId === null || !known.has(controllerId));
  return [
    ...controllersOf(devices).map((controller): DeviceGroup<Disk> => {
      const drives = drivesOn(devices, controller);
      const places = LOCATIONS[controller.kind];
      return {
        key: controller.id,
        title: controllerName(controller),
        note: t('controller.used', { used: drives.length, places }),
        tools:
          mayChange && controller.kind === 'scsi' && drives.length === 0 ? (
            <RemoveController of={of} controller={controller} fresh={fresh} />
          ) : null,
        devices: drives,
      };
    }),
    ...(loose.length === 0
      ? []
      : [{ key: 'none', title: t('controller.none'), note: '', tools: null, devices: loose }]),
  ];
};

const RemoveController = ({
  of,
  controller,
  fresh,
}: {
  readonly of: string;
  readonly controller: Controller;
  readonly fresh: () => Promise<void>;
}): ReactNode => {
  const [busy, setBusy] = useState(false);
  const name = controllerName(controller);
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await send('DELETE', `/${of}/controllers/${encodeURIComponent(controller.id)}`);
      await fresh();
    } catch (problem) {
      toastProblem(t('controller.remove', { name }), problem);
      setBusy(false);
    }
  };
  return (
    <Button
      look="quiet"
      icon="trash"
      busy={busy}
      aria-label={t('controller.remove', { name })}
      onClick={() => void remove()}
    />
  );
};

/** One more SCSI controller, while there may be one. */
export const AddController = ({
  of,
  devices,
  fresh,
}: {
  readonly of: string;
  readonly devices: Devices;
  readonly fresh: () => Promise<void>;
}): ReactNode => {
  const [busy, setBusy] = useState(false);
  if (devices.controllers.filter(({ kind }) => kind === 'scsi').length >= MOST_SCSI)
    return <span className="muted small">{t('controller.most', { most: MOST_SCSI })}</span>;
  const add = async (): Promise<void> => {
    setBusy(true);
    try {
      await send('POST', `/${of}/controllers`, {});
      await fresh();
    } catch (problem) {
      toastProblem(t('controller.add'), problem);
    }
    setBusy(false);
  };
  return (
    <Button icon="plus" busy={busy} onClick={() => void add()}>
      {t('controller.add')}
    </Button>
  );
};
