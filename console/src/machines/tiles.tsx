import type { Dispatch, ReactNode, SetStateAction } from 'react';
import type { Machine } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { megabytes, percent, t } from '../i18n/index.ts';
import { ActionMenu } from './action-menu.tsx';
import { isOn } from './actions.ts';
import { choosing } from './choosing.ts';
import { StateBadge } from './state.tsx';
import { Thumbnail } from './thumbnail.tsx';

/** Machines by their screens. Pictures are asked for only of those in sight. */
export const MachineTiles = ({
  machines,
  chosen,
  onChoose,
}: {
  readonly machines: readonly Machine[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: Dispatch<SetStateAction<ReadonlySet<string>>>;
}): ReactNode => (
  <ul className="cards tiles">
    {machines.map((machine) => (
      <li key={machine.id} className="card">
        <Link to={['machines', machine.id, 'screen']} tabIndex={-1} aria-hidden="true">
          <Thumbnail machine={machine} width={320} height={200} />
        </Link>
        <div className="row" style={{ marginTop: '0.6rem', flexWrap: 'nowrap' }}>
          <input
            type="checkbox"
            aria-label={t('chosen.one', { name: machine.name })}
            checked={chosen.has(machine.id)}
            onChange={(event) => onChoose(choosing(machine.id, event.target.checked))}
          />
          <strong className="grow" style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            <Link to={['machines', machine.id]}>{machine.name}</Link>
          </strong>
          <ActionMenu machine={machine} />
        </div>
        <div className="row small">
          <StateBadge machine={machine} />
          <span className="grow" />
          <span className="muted num">
            {isOn(machine) && machine.cpuPercent !== null ? `${percent(machine.cpuPercent)} · ` : ''}
            {megabytes(machine.memoryMb)}
          </span>
        </div>
      </li>
    ))}
  </ul>
);
