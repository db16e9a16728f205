import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import type { Machine } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { dateTime, t } from '../i18n/index.ts';
import { Card, Empty, Failure, Loading } from '../ui/basics.tsx';
import { Disks } from './disks.tsx';
import { Nics } from './nics.tsx';
import { SettingsForm } from './settings.tsx';

/** One checkpoint, looked at: the settings, drives and adapters that the machine goes back to when it is applied. */
export const CheckpointPage = ({ machine, id }: { readonly machine: Machine; readonly id: string }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.checkpoints(machine.id));
  const checkpoint = data?.items.find((each) => each.id === id);
  const back = (
    <Link to={['machines', machine.id, 'checkpoints']} className="button">
      {t('checkpoint.back')}
    </Link>
  );
  if (data === undefined)
    return error === null ? (
      <Card>
        <Loading lines={6} />
      </Card>
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  if (checkpoint === undefined)
    return (
      <Card>
        <Empty icon="checkpoint" title={t('checkpoint.gone')}>
          {back}
        </Empty>
      </Card>
    );
  const of = `checkpoints/${id}`;
  return (
    <div className="stack">
      <Card title={checkpoint.name} actions={back}>
        <p className="muted">{t('checkpoint.look', { time: dateTime(checkpoint.createdAt) })}</p>
      </Card>
      <SettingsForm of={of} machine={null} readOnly />
      <Disks of={of} readOnly />
      <Nics of={of} readOnly />
    </div>
  );
};
