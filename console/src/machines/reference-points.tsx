import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Machine, ReferencePoint } from '../api/types.ts';
import { work } from '../api/work.ts';
import { useMay } from '../app/session.tsx';
import { count, dateTime, t, word } from '../i18n/index.ts';
import { Button, Card, Failure, Loading } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { toastProblem } from '../ui/toasts.tsx';

/** Moments of the disks that backup programs measure changes from; what lies around keeps its room until it is given up. */
export const ReferencePoints = ({ machine }: { readonly machine: Machine }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.referencePoints(machine.id));
  const [asked, setAsked] = useState<ReferencePoint | null>(null);
  const [busy, setBusy] = useState(false);
  const operator = useMay('operator');
  const administrator = useMay('administrator');
  const at = `/vms/${machine.id}/reference-points`;
  const take = async (): Promise<void> => {
    setBusy(true);
    await work('POST', at, {}).catch((problem: unknown) => toastProblem(t('point.take'), problem));
    setBusy(false);
    void refetch();
  };
  return (
    <Card
      title={t('points')}
      actions={
        operator ? (
          <Button busy={busy} onClick={() => void take()}>
            {t('point.take')}
          </Button>
        ) : null
      }
    >
      <p className="muted">{t('points.hint')}</p>
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : data.items.length === 0 ? null : (
        <ul className="stack">
          {data.items.map((point) => (
            <li key={point.id} className="row">
              <span className="grow">
                <strong>{dateTime(point.createdAt)}</strong>{' '}
                <span className="small muted">
                  {word('consistency', point.consistency)} · {count('points.disks', point.disks.length)}
                </span>
              </span>
              {administrator ? (
                <Button
                  look="danger"
                  aria-label={t('point.delete.of', { time: dateTime(point.createdAt) })}
                  onClick={() => setAsked(point)}
                >
                  {t('point.delete')}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {asked === null ? null : (
        <Confirm
          title={t('point.delete')}
          action={t('point.delete')}
          onClose={() => setAsked(null)}
          run={async () => {
            await work('DELETE', `${at}/${asked.id}`);
            await refetch();
          }}
        >
          <p>{t('point.delete.hint')}</p>
        </Confirm>
      )}
    </Card>
  );
};
