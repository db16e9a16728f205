import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue, useMemo, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Machine } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { count, t, word } from '../i18n/index.ts';
import { Button, Empty, Failure, Loading, Page } from '../ui/basics.tsx';
import { Icon } from '../ui/icons.tsx';
import { isOn } from './actions.ts';
import { Bulk } from './bulk.tsx';
import { MachineTable, type Sorting } from './table.tsx';
import { MachineTiles } from './tiles.tsx';

const STATES = ['all', 'on', 'off', 'attention'] as const;
type StateFilter = (typeof STATES)[number];

const fits: Readonly<Record<StateFilter, (machine: Machine) => boolean>> = {
  all: () => true,
  on: isOn,
  off: (machine) => !isOn(machine),
  attention: ({ health, state }) => health !== 'ok' || state === 'pausedCritical' || state === 'unknown',
};

const byKey = (a: Machine, b: Machine, key: Sorting['key']): number => {
  const [x, y] = [a[key] ?? -1, b[key] ?? -1];
  return typeof x === 'number' && typeof y === 'number'
    ? x - y
    : String(x).localeCompare(String(y), undefined, { numeric: true, sensitivity: 'base' });
};

const sorted = (machines: readonly Machine[], { key, descending }: Sorting): readonly Machine[] => {
  const sign = descending ? -1 : 1;
  // Equal ones stand by name, so that rows do not dance.
  return machines.toSorted((a, b) => sign * byKey(a, b, key) || byKey(a, b, 'name') || (a.id < b.id ? -1 : 1));
};

/** All machines: filter, sort, act on one or many. */
export const MachineList = (): ReactNode => {
  const { data: machines, error, refetch } = useQuery(queries.machines);
  const [text, setText] = useState('');
  const [state, setState] = useState<StateFilter>('all');
  const [sorting, setSorting] = useState<Sorting>({ key: 'name', descending: false });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [tiles, setTiles] = useState(localStorage.getItem('vsms-tiles') === 'yes');
  const administrator = useMay('administrator');
  const wanted = useDeferredValue(text.trim().toLocaleLowerCase());
  const shown = useMemo(
    () =>
      sorted(
        (machines ?? []).filter(
          (machine) =>
            fits[state](machine) &&
            (wanted === '' || `${machine.name}\n${machine.notes}\n${machine.id}`.toLocaleLowerCase().includes(wanted)),
        ),
        sorting,
      ),
    [machines, state, wanted, sorting],
  );
  const picked = shown.filter(({ id }) => chosen.has(id));
  const view = (next: boolean): void => {
    localStorage.setItem('vsms-tiles', next ? 'yes' : 'no');
    setTiles(next);
  };
  return (
    <Page
      title={t('nav.machines')}
      actions={
        administrator ? (
          <>
            <Link to={['imports']} className="button">
              <Icon name="import" />
              {t('import')}
            </Link>
            <Link to={['create']} className="button primary">
              <Icon name="plus" />
              {t('create')}
            </Link>
          </>
        ) : null
      }
    >
      <div className="tools">
        <div className="search">
          <Icon name="search" />
          <input
            type="search"
            aria-label={t('filter')}
            placeholder={t('filter')}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <select
          aria-label={t('state')}
          style={{ width: 'auto' }}
          value={state}
          onChange={(event) => setState(event.target.value as StateFilter)}
        >
          {STATES.map((key) => (
            <option key={key} value={key}>
              {word('list', key)}
            </option>
          ))}
        </select>
        <span className="muted num" role="status">
          {machines === undefined ? '' : count('machines', shown.length)}
        </span>
        <span className="grow" />
        <Button aria-pressed={tiles} icon="screen" onClick={() => view(!tiles)}>
          {t('list.pictures')}
        </Button>
      </div>
      <Bulk picked={picked} onDone={() => setChosen(new Set())} />
      {error !== null && machines === undefined ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : machines === undefined ? (
        <div className="card flush">
          <Loading lines={8} />
        </div>
      ) : shown.length === 0 ? (
        <div className="card">
          {machines.length === 0 ? (
            <Empty icon="machine" title={t('list.none')}>
              <p>{t('list.none.hint')}</p>
            </Empty>
          ) : (
            <Empty icon="search" title={t('list.noMatch')}>
              <Button
                onClick={() => {
                  setText('');
                  setState('all');
                }}
              >
                {t('filter.clear')}
              </Button>
            </Empty>
          )}
        </div>
      ) : tiles ? (
        <MachineTiles machines={shown} chosen={chosen} onChoose={setChosen} />
      ) : (
        <MachineTable machines={shown} sorting={sorting} onSort={setSorting} chosen={chosen} onChoose={setChosen} />
      )}
    </Page>
  );
};
