import { useWindowVirtualizer } from '@tanstack/react-virtual';
import {
  type Dispatch,
  memo,
  type ReactNode,
  type SetStateAction,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { Machine } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { duration, megabytes, percent, t } from '../i18n/index.ts';
import { Bar } from '../ui/basics.tsx';
import { Icon } from '../ui/icons.tsx';
import { ActionMenu } from './action-menu.tsx';
import { isOn } from './actions.ts';
import { choosing } from './choosing.ts';
import { StateBadge } from './state.tsx';

export interface Sorting {
  readonly key: 'name' | 'state' | 'cpuPercent' | 'memoryMb' | 'uptimeSeconds' | 'checkpointCount';
  readonly descending: boolean;
}

const COLUMNS: readonly {
  readonly key: Sorting['key'];
  readonly label: () => string;
  readonly narrow: boolean;
  readonly right?: true;
}[] = [
  { key: 'name', label: () => t('name'), narrow: true },
  { key: 'state', label: () => t('state'), narrow: true },
  { key: 'cpuPercent', label: () => t('cpu'), narrow: false },
  { key: 'memoryMb', label: () => t('memory'), narrow: false, right: true },
  { key: 'uptimeSeconds', label: () => t('uptime'), narrow: false, right: true },
  { key: 'checkpointCount', label: () => t('tab.checkpoints'), narrow: false, right: true },
];

const ROW_PX = 49;

/** Only the rows in sight are in the page, however many there are. */
export const MachineTable = ({
  machines,
  sorting,
  onSort,
  chosen,
  onChoose,
}: {
  readonly machines: readonly Machine[];
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: Dispatch<SetStateAction<ReadonlySet<string>>>;
}): ReactNode => {
  const body = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(body.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: machines.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => machines[index]?.id ?? index,
  });
  const inSight = rows.getVirtualItems();
  const before = (inSight[0]?.start ?? top) - top;
  const after = rows.getTotalSize() - ((inSight.at(-1)?.end ?? top) - top);
  const all = machines.length > 0 && machines.every(({ id }) => chosen.has(id));
  const choose = useCallback((id: string, on: boolean): void => onChoose(choosing(id, on)), [onChoose]);
  return (
    <div className="card flush" ref={body}>
      <table aria-rowcount={machines.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <td style={{ width: '2.5rem' }}>
              <input
                type="checkbox"
                aria-label={t('chosen.all')}
                checked={all}
                ref={(box) => {
                  if (box !== null) box.indeterminate = !all && machines.some(({ id }) => chosen.has(id));
                }}
                onChange={(event) => onChoose(new Set(event.target.checked ? machines.map(({ id }) => id) : []))}
              />
            </td>
            {COLUMNS.map(({ key, label, narrow, right }) => {
              const on = sorting.key === key;
              return (
                <th
                  key={key}
                  scope="col"
                  className={[narrow ? '' : 'hide-narrow', right === true ? 'right' : ''].join(' ')}
                  aria-sort={on ? (sorting.descending ? 'descending' : 'ascending') : undefined}
                >
                  <button
                    type="button"
                    className="sort"
                    onClick={() =>
                      onSort({ key, descending: on ? !sorting.descending : key !== 'name' && key !== 'state' })
                    }
                  >
                    {label()}
                    {on ? (
                      <span style={{ rotate: sorting.descending ? '0deg' : '180deg', display: 'inline-flex' }}>
                        <Icon name="down" size={12} />
                      </span>
                    ) : null}
                  </button>
                </th>
              );
            })}
            <td style={{ width: '3.5rem' }} />
          </tr>
        </thead>
        <tbody>
          {before > 0 ? <tr aria-hidden="true" style={{ height: before }} /> : null}
          {inSight.map(({ index, key }) => {
            const machine = machines[index];
            return machine === undefined ? null : (
              <Row key={key} machine={machine} index={index} chosen={chosen.has(machine.id)} onChoose={choose} />
            );
          })}
          {after > 0 ? <tr aria-hidden="true" style={{ height: after }} /> : null}
        </tbody>
      </table>
    </div>
  );
};

const Row = memo(
  ({
    machine,
    index,
    chosen,
    onChoose,
  }: {
    readonly machine: Machine;
    readonly index: number;
    readonly chosen: boolean;
    readonly onChoose: (id: string, on: boolean) => void;
  }): ReactNode => (
    <tr aria-rowindex={index + 2} aria-selected={chosen} style={{ height: ROW_PX }}>
      <td>
        <input
          type="checkbox"
          aria-label={t('chosen.one', { name: machine.name })}
          checked={chosen}
          onChange={(event) => onChoose(machine.id, event.target.checked)}
        />
      </td>
      <th scope="row">
        <Link to={['machines', machine.id]}>{machine.name}</Link>
      </th>
      <td>
        <StateBadge machine={machine} />
      </td>
      <td className="hide-narrow">
        {isOn(machine) && machine.cpuPercent !== null ? (
          <div className="meter">
            <Bar percent={machine.cpuPercent} label={t('cpu')} />
            <span className="num small">{percent(machine.cpuPercent)}</span>
          </div>
        ) : (
          <span className="muted">–</span>
        )}
      </td>
      <td className="right hide-narrow">{megabytes(machine.memoryMb)}</td>
      <td className="right hide-narrow">
        {isOn(machine) ? duration(machine.uptimeSeconds) : <span className="muted">–</span>}
      </td>
      <td className="right hide-narrow">
        {machine.checkpointCount === 0 ? <span className="muted">–</span> : machine.checkpointCount}
      </td>
      <td>
        <ActionMenu machine={machine} />
      </td>
    </tr>
  ),
);
