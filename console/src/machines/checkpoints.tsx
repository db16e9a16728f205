import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Checkpoint, Machine } from '../api/types.ts';
import { work } from '../api/work.ts';
import { Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { dateTime, t, word } from '../i18n/index.ts';
import { Button, Card, Empty, Failure, Loading } from '../ui/basics.tsx';
import { GoneContext } from '../ui/gone.ts';
import { Icon } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { ExportMachine } from './export.tsx';
import { ReferencePoints } from './reference-points.tsx';
import { ApplyCheckpoint, DeleteCheckpoint, ForkCheckpoint, RenameCheckpoint } from './checkpoint-dialogs.tsx';

type Asked = {
  readonly what: 'apply' | 'fork' | 'rename' | 'export' | 'delete' | 'deleteTree';
  readonly checkpoint: Checkpoint;
} | null;

/** The tree of checkpoints; `now` hangs below the one that the machine goes on from. */
export const Checkpoints = ({ machine }: { readonly machine: Machine }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.checkpoints(machine.id));
  const [asked, setAsked] = useState<Asked>(null);
  const [busy, setBusy] = useState(false);
  const operator = useMay('operator');
  const take = async (): Promise<void> => {
    setBusy(true);
    await work('POST', `/vms/${machine.id}/checkpoints`, { type: 'standard' }).catch((problem: unknown) =>
      toastProblem(t('checkpoint.take'), problem),
    );
    setBusy(false);
  };
  const button = operator ? (
    <Button look="primary" icon="checkpoint" busy={busy} onClick={() => void take()}>
      {t('checkpoint.take')}
    </Button>
  ) : null;
  if (data === undefined)
    return error === null ? (
      <Card>
        <Loading />
      </Card>
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  const ids = new Set(data.items.map(({ id }) => id));
  const roots = data.items.filter(({ parentId }) => parentId === null || !ids.has(parentId));
  const current = data.currentParentId !== null && ids.has(data.currentParentId) ? data.currentParentId : null;
  const branch = (checkpoint: Checkpoint): ReactNode => {
    const children = data.items.filter(({ parentId }) => parentId === checkpoint.id);
    return (
      <li key={checkpoint.id}>
        <Node checkpoint={checkpoint} hasChildren={children.length > 0} onAsk={setAsked} />
        {children.length === 0 && current !== checkpoint.id ? null : (
          <ul>
            {children.map(branch)}
            {current === checkpoint.id ? <Now /> : null}
          </ul>
        )}
      </li>
    );
  };
  return (
    <div className="stack">
      <Card title={t('tab.checkpoints')} actions={data.items.length === 0 ? null : button}>
        {data.items.length === 0 ? (
          <Empty icon="checkpoint" title={t('checkpoint.none')}>
            <p>{t('checkpoint.none.hint')}</p>
            {button}
          </Empty>
        ) : (
          <ul className="tree" style={{ border: 0, margin: 0, padding: 0 }}>
            {roots.map(branch)}
            {current === null ? <Now /> : null}
          </ul>
        )}
      </Card>
      <ReferencePoints machine={machine} />
      <GoneContext.Provider value={asked === null || ids.has(asked.checkpoint.id) ? null : t('checkpoint.gone')}>
        {asked === null ? null : asked.what === 'apply' ? (
          <ApplyCheckpoint machine={machine} checkpoint={asked.checkpoint} onClose={() => setAsked(null)} />
        ) : asked.what === 'fork' ? (
          <ForkCheckpoint machine={machine} checkpoint={asked.checkpoint} onClose={() => setAsked(null)} />
        ) : asked.what === 'export' ? (
          <ExportMachine machine={machine} checkpoint={asked.checkpoint} onClose={() => setAsked(null)} />
        ) : asked.what === 'rename' ? (
          <RenameCheckpoint checkpoint={asked.checkpoint} onClose={() => setAsked(null)} />
        ) : (
          <DeleteCheckpoint
            checkpoint={asked.checkpoint}
            tree={asked.what === 'deleteTree'}
            onClose={() => setAsked(null)}
          />
        )}
      </GoneContext.Provider>
    </div>
  );
};

const Now = (): ReactNode => (
  <li>
    <div className="node now">
      <Icon name="play" />
      <strong>{t('checkpoint.now')}</strong>
    </div>
  </li>
);

const Node = ({
  checkpoint,
  hasChildren,
  onAsk,
}: {
  readonly checkpoint: Checkpoint;
  readonly hasChildren: boolean;
  readonly onAsk: (asked: Asked) => void;
}): ReactNode => {
  const operator = useMay('operator');
  const administrator = useMay('administrator');
  const ask = (what: NonNullable<Asked>['what']) => () => onAsk({ what, checkpoint });
  return (
    <div className="node">
      <Icon name="checkpoint" />
      <div className="grow">
        <div className="row">
          <strong style={{ overflowWrap: 'anywhere' }}>
            {checkpoint.type === 'missing' ? (
              checkpoint.name
            ) : (
              <Link to={['machines', checkpoint.vmId, 'checkpoints', checkpoint.id]}>{checkpoint.name}</Link>
            )}
          </strong>
          {checkpoint.hasMemory ? <span className="tag">{t('checkpoint.memory')}</span> : null}
          {checkpoint.automatic ? <span className="tag">{t('checkpoint.automatic')}</span> : null}
          {checkpoint.type === 'standard' ? null : (
            <span className="tag">{word('checkpoint.type', checkpoint.type)}</span>
          )}
        </div>
        <div className="small muted">{dateTime(checkpoint.createdAt)}</div>
        {checkpoint.notes === '' ? null : <div className="small">{checkpoint.notes}</div>}
      </div>
      <div className="row" style={{ flexWrap: 'nowrap' }}>
        {operator ? (
          <Button onClick={ask('apply')} aria-label={t('checkpoint.apply.of', { name: checkpoint.name })}>
            {t('checkpoint.apply')}
          </Button>
        ) : null}
        {administrator ? (
          <Menu
            label={t('actions.of', { name: checkpoint.name })}
            items={[
              { label: t('fork'), icon: 'fork', run: ask('fork') },
              { label: t('rename'), icon: 'edit', run: ask('rename') },
              ...(checkpoint.type === 'missing'
                ? []
                : [{ label: t('export'), icon: 'up' as const, run: ask('export') }]),
              { label: t('delete'), icon: 'trash', danger: true, run: ask('delete') },
              ...(hasChildren
                ? [{ label: t('checkpoint.deleteTree'), icon: 'trash' as const, danger: true, run: ask('deleteTree') }]
                : []),
            ]}
          />
        ) : null}
      </div>
    </div>
  );
};
