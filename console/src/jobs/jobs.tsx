import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Job } from '../api/types.ts';
import { hasFailed, isOver } from '../api/work.ts';
import { Link } from '../app/router.tsx';
import { t, word } from '../i18n/index.ts';
import { Button, Empty, Failure, Loading, Page } from '../ui/basics.tsx';
import { JobRow } from './job-row.tsx';

const FILTERS: Readonly<Record<string, (job: Job) => boolean>> = {
  all: () => true,
  running: (job) => !isOver(job),
  failed: hasFailed,
};
const PAGE = 100;

/** Each look at a plan asks for one; what it found stands on the page of the plan. */
const CHECK = 'Validating Planned Virtual Machine';
const isShown = (job: Job): boolean => job.description !== CHECK || !isOver(job);

const machinesOf = (job: Job, owners: ReadonlyMap<string, string>): readonly string[] => [
  ...new Set([
    ...(job.affected ?? []).filter(({ kind }) => kind === 'vm').map(({ id }) => id),
    ...[owners.get(job.id)].filter((id) => id !== undefined),
  ]),
];

const JobsPage = (): ReactNode => {
  const { data: jobs, error, refetch } = useQuery(queries.jobs);
  const { data: machines } = useQuery(queries.machines);
  const [filter, setFilter] = useState('all');
  const [shown, setShown] = useState(PAGE);
  const names = new Map((machines ?? []).map(({ id, name }) => [id, name]));
  // Lists of jobs do not say whose they are; machines name their jobs.
  const owners = new Map((machines ?? []).flatMap(({ id, jobs: own }) => own.map((job) => [job, id] as const)));
  const fitting = (jobs ?? []).filter(isShown).filter(FILTERS[filter] ?? (() => true));
  return (
    <Page title={t('nav.jobs')}>
      <div className="tools">
        <select
          aria-label={t('filter')}
          style={{ width: 'auto' }}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        >
          {Object.keys(FILTERS).map((key) => (
            <option key={key} value={key}>
              {word('jobs', key)}
            </option>
          ))}
        </select>
      </div>
      {jobs === undefined ? (
        error === null ? (
          <div className="card">
            <Loading />
          </div>
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : (
        <div className="card flush">
          {fitting.length === 0 ? (
            <Empty icon="job" title={t('jobs.none')}>
              <p>{t('jobs.none.hint')}</p>
            </Empty>
          ) : (
            <ul>
              {fitting.slice(0, shown).map((job) => (
                <JobRow key={job.id} job={job}>
                  {machinesOf(job, owners)
                    .filter((id) => names.has(id))
                    .map((id) => (
                      <Link key={id} to={['machines', id]}>
                        {names.get(id)}
                      </Link>
                    ))}
                </JobRow>
              ))}
            </ul>
          )}
        </div>
      )}
      {fitting.length > shown ? (
        <p style={{ marginTop: '1rem' }}>
          <Button onClick={() => setShown(shown + PAGE)}>{t('more')}</Button>
        </p>
      ) : null}
    </Page>
  );
};

export default JobsPage;
