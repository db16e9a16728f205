import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { queries } from '../api/queries.ts';
import type { Machine } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { dateTime, duration, megabytes, percent, t, word } from '../i18n/index.ts';
import { JobRow } from '../jobs/job-row.tsx';
import { Card, Facts, Loading } from '../ui/basics.tsx';
import { isOn } from './actions.ts';
import { Thumbnail } from './thumbnail.tsx';

const MachineCharts = lazy(() => import('../charts/machine-charts.tsx'));
const LAST_JOBS = 4;

export const Overview = ({ machine }: { readonly machine: Machine }): ReactNode => {
  const { data: jobs } = useQuery(queries.jobs);
  const operator = useMay('operator');
  const on = isOn(machine);
  const own = (jobs ?? []).filter(
    ({ id, affected }) => machine.jobs.includes(id) || affected?.some((element) => element.id === machine.id) === true,
  );
  const picture = <Thumbnail machine={machine} width={640} height={400} />;
  return (
    <div className="stack">
      {machine.health === 'ok' ? null : (
        <div className="note bad" role="alert">
          <strong>{t('health.bad')}</strong>
          {machine.status.map((text) => (
            <span key={text} lang="en">
              {text}
            </span>
          ))}
        </div>
      )}
      <div className="cards">
        <Card title={t('tab.screen')}>
          {operator ? (
            <Link to={['machines', machine.id, 'screen']} aria-label={t('screen.open')}>
              {picture}
            </Link>
          ) : (
            picture
          )}
        </Card>
        <Card title={t('facts')}>
          <Facts
            items={[
              [t('processors'), machine.processors],
              [t('cpu'), on && machine.cpuPercent !== null ? percent(machine.cpuPercent) : '–'],
              [
                t('memory'),
                `${megabytes(machine.memoryMb)}${on && machine.memoryUsageMb !== null ? ` · ${t('memory.used', { used: megabytes(machine.memoryUsageMb) })}` : ''}`,
              ],
              [t('uptime'), on ? duration(machine.uptimeSeconds) : '–'],
              [t('heartbeat'), machine.heartbeat === null ? '–' : word('heartbeat', machine.heartbeat)],
              [t('guest'), machine.guestOperatingSystem],
              [t('generation'), `${machine.generation} · ${t('version')} ${machine.version}`],
              [t('tab.networks'), machine.switches.length === 0 ? t('notConnected') : machine.switches.join(', ')],
              [t('nic.addresses'), on ? <Addresses id={machine.id} /> : '–'],
              [t('created'), dateTime(machine.createdAt)],
              machine.notes === ''
                ? null
                : [t('notes'), <span style={{ whiteSpace: 'pre-wrap' }}>{machine.notes}</span>],
              ['ID', <code>{machine.id}</code>],
            ]}
          />
        </Card>
      </div>
      {on ? (
        <Suspense fallback={<Loading />}>
          <MachineCharts id={machine.id} memoryMb={machine.memoryMb} />
        </Suspense>
      ) : null}
      {own.length === 0 ? null : (
        <Card title={t('nav.jobs')} flush>
          <ul>
            {own.slice(0, LAST_JOBS).map((job) => (
              <JobRow key={job.id} job={job} />
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
};

/** Of all its adapters. */
const Addresses = ({ id }: { readonly id: string }): ReactNode => {
  const { data } = useQuery(queries.guestAddresses(id));
  const all = [...(data?.values() ?? [])].flat();
  return all.length === 0 ? '–' : <code>{all.join(' ')}</code>;
};
