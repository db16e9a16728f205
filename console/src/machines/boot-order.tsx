import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import type { Devices } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { Button } from '../ui/basics.tsx';

/** Plans and checkpoints tell no boot sources: each has the name of the device that it is of. */
const nameOfDevice = (source: string, devices: Devices | undefined): string | undefined => {
  const id = source.replace(/~B$/, '');
  const disk = devices?.disks.find((each) => each.id === id);
  return disk === undefined
    ? devices?.nics.find((each) => each.id === id)?.name
    : [word('disk', disk.kind), disk.path?.split(/[\\/]/).at(-1)].filter(Boolean).join(' · ');
};

/** Moved by buttons: usable by keyboard, touch and screen reader alike. */
export const BootOrder = ({
  of,
  generation,
  order,
  onChange,
}: {
  readonly of: string;
  readonly generation: 1 | 2;
  readonly order: readonly string[];
  readonly onChange: (order: readonly string[]) => void;
}): ReactNode => {
  const id = of.replace(/^vms\//, '');
  const ofMachine = of.startsWith('vms/');
  const { data } = useQuery({ ...queries.bootSources(id), enabled: generation === 2 && ofMachine });
  const { data: devices } = useQuery({ ...queries.devices(of), enabled: generation === 2 && !ofMachine });
  const nameOf = (source: string): string => {
    const found = data?.items.find((item) => item.id === source);
    return found === undefined
      ? (nameOfDevice(source, devices) ?? word('boot', source))
      : [found.description, found.path?.split(/[\\/]/).at(-1)].filter(Boolean).join(' · ');
  };
  const move = (from: number, to: number): void => {
    if (to < 0 || to >= order.length) return;
    const next = [...order];
    next.splice(to, 0, ...next.splice(from, 1));
    onChange(next);
  };
  return (
    <div className="field">
      <h3>{t('boot')}</h3>
      {order.length === 0 ? <p className="muted">{t('none')}</p> : null}
      <ol>
        {order.map((source, n) => (
          <li key={source} className="row" style={{ flexWrap: 'nowrap' }}>
            <span className="num muted">{n + 1}.</span>
            <span className="grow" style={{ overflowWrap: 'anywhere' }}>
              {nameOf(source)}
            </span>
            <Button
              look="quiet"
              icon="higher"
              aria-label={t('boot.up', { name: nameOf(source) })}
              // Not disabled: the one that is pressed would lose the focus at the end of its way.
              aria-disabled={n === 0}
              onClick={() => move(n, n - 1)}
            />
            <Button
              look="quiet"
              icon="down"
              aria-label={t('boot.down', { name: nameOf(source) })}
              aria-disabled={n === order.length - 1}
              onClick={() => move(n, n + 1)}
            />
          </li>
        ))}
      </ol>
    </div>
  );
};
