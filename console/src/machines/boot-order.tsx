import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import { t, word } from '../i18n/index.ts';
import { Button } from '../ui/basics.tsx';

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
  const { data } = useQuery({ ...queries.bootSources(id), enabled: generation === 2 && of.startsWith('vms/') });
  const nameOf = (source: string): string => {
    const found = data?.items.find((item) => item.id === source);
    return found === undefined
      ? word('boot', source)
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
