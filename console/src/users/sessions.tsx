import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import { dateTime, t } from '../i18n/index.ts';
import { Button, Card, Empty, Failure, Loading } from '../ui/basics.tsx';
import { toastProblem } from '../ui/toasts.tsx';

/** Browsers that are signed in: one's own; all of them for administrators. */
export const Sessions = (): ReactNode => {
  const { data, error, refetch } = useQuery(queries.sessions);
  const end = (id: string): void => {
    send('DELETE', `/sessions/${encodeURIComponent(id)}`).then(
      () => refetch(),
      (problem: unknown) => toastProblem(t('sessions.end'), problem),
    );
  };
  return (
    <Card title={t('sessions')} flush>
      {data === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : data.items.length === 0 ? (
        <Empty icon="users" title={t('sessions.none')} />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('user')}</th>
              <th scope="col">{t('sessions.from')}</th>
              <th scope="col" className="hide-narrow">
                {t('sessions.used')}
              </th>
              <th scope="col" className="hide-narrow">
                {t('sessions.until')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {data.items.map(({ id, user, address, lastUsedAt, expiresAt, current }) => (
              <tr key={id}>
                <th scope="row">
                  {user} {current ? <span className="tag">{t('sessions.this')}</span> : null}
                </th>
                <td>{address}</td>
                <td className="hide-narrow">{dateTime(lastUsedAt)}</td>
                <td className="hide-narrow">{dateTime(expiresAt)}</td>
                <td className="right">
                  <Button
                    onClick={() => end(id)}
                    aria-label={t('sessions.end.of', { name: user, time: dateTime(lastUsedAt) })}
                  >
                    {t('sessions.end')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
};
