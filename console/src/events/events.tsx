import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { AuditRecord } from '../api/types.ts';
import { exactTime, t, word } from '../i18n/index.ts';
import { Button, Empty, Failure, Loading, Page } from '../ui/basics.tsx';
import { Breakable, objectsOf, Result } from './record-words.tsx';

/** Records that are shown at first, and that each look further back adds; the service gives so many at a time. */
const STEP = 200;
const MOST = 1_000;

const KINDS = ['all', 'change', 'login', 'denied'] as const;

/** The audit trail: who did what, and what was refused. */
const EventsPage = (): ReactNode => {
  const [kind, setKind] = useState<(typeof KINDS)[number]>('all');
  const [who, setWho] = useState('');
  const { data: machines } = useQuery(queries.machines);
  const names = new Map((machines ?? []).map(({ id, name }) => [id, name]));
  const [most, setMost] = useState(STEP);
  const query = `limit=${most}${kind === 'all' ? '' : `&kind=${kind}`}${who.trim() === '' ? '' : `&who=${encodeURIComponent(who.trim())}`}`;
  const { data, error, refetch } = useQuery({ ...queries.audit(query), placeholderData: (before) => before });
  return (
    <Page title={t('nav.events')}>
      <div className="tools">
        <select
          aria-label={t('kind')}
          style={{ width: 'auto' }}
          value={kind}
          onChange={(event) => setKind(event.target.value as (typeof KINDS)[number])}
        >
          {KINDS.map((key) => (
            <option key={key} value={key}>
              {word('event', key)}
            </option>
          ))}
        </select>
        <div className="search">
          <input
            type="search"
            aria-label={t('events.who')}
            placeholder={t('events.who')}
            style={{ paddingLeft: '0.65rem' }}
            value={who}
            onChange={(event) => setWho(event.target.value)}
          />
        </div>
      </div>
      {data === undefined ? (
        error === null ? (
          <div className="card">
            <Loading lines={8} />
          </div>
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : (
        <div className="card flush">
          {data.items.length === 0 ? (
            <Empty icon="log" title={t('events.none')} />
          ) : (
            <div className="scroll" tabIndex={0} role="group" aria-label={t('nav.events')}>
              <table className="small">
                <thead>
                  <tr>
                    <th scope="col">{t('events.time')}</th>
                    <th scope="col" className="hide-narrow">
                      {t('events.who')}
                    </th>
                    <th scope="col">{t('events.what')}</th>
                    <th scope="col" className="hide-narrow">
                      {t('events.objects')}
                    </th>
                    <th scope="col">{t('events.result')}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.items.map((record) => (
                    <tr key={record.sequence}>
                      <td className="num" style={{ whiteSpace: 'nowrap' }}>
                        {exactTime(record.time)}
                        <div className="only-narrow">{record.who}</div>
                      </td>
                      <td className="hide-narrow">
                        {record.who}
                        <div className="muted" style={{ whiteSpace: 'nowrap' }}>
                          {[record.protocol, record.from].filter(Boolean).join(' · ')}
                        </div>
                      </td>
                      <td>
                        <span className={record.kind === 'denied' ? 'tag bad' : 'tag'}>
                          {word('event', record.kind)}
                        </span>{' '}
                        <span title={record.what}>
                          <Breakable name={record.what.replace(/^(?:Msvm|Vsms)_\w+\./, '')} />
                        </span>
                        <div className="only-narrow muted">
                          <Objects record={record} names={names} />
                        </div>
                      </td>
                      <td className="hide-narrow">
                        <Objects record={record} names={names} />
                      </td>
                      <td>
                        <Result result={record.result} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </div>
      )}
      {data === undefined || data.next === null ? null : most < MOST ? (
        <p>
          <Button onClick={() => setMost(Math.min(MOST, most + STEP))}>{t('events.older')}</Button>
        </p>
      ) : (
        <p className="small muted">{t('events.oldest')}</p>
      )}
    </Page>
  );
};

const Objects = ({
  record,
  names,
}: {
  readonly record: AuditRecord;
  readonly names: ReadonlyMap<string, string>;
}): ReactNode =>
  objectsOf(record, names).map(({ path, text }) => (
    <div key={path} title={path} style={{ overflowWrap: 'anywhere' }}>
      {text}
    </div>
  ));

export default EventsPage;
