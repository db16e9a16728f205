import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { User } from '../api/types.ts';
import { useMay, useSession } from '../app/session.tsx';
import { dateTime, t, word } from '../i18n/index.ts';
import { Button, Card, Failure, Loading, Page } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Menu } from '../ui/menu.tsx';
import { Sessions } from './sessions.tsx';
import { Tokens } from './tokens.tsx';
import { UserDialog } from './user-dialog.tsx';

type Asked = { readonly what: 'change' | 'delete'; readonly user: User } | 'add' | null;

const UsersPage = (): ReactNode => {
  const administrator = useMay('administrator');
  return (
    <Page title={t('nav.users')}>
      <div className="stack">
        {administrator ? <Accounts /> : null}
        <Tokens />
        <Sessions />
      </div>
    </Page>
  );
};

const Accounts = (): ReactNode => {
  const { data, error, refetch } = useQuery(queries.users);
  const client = useQueryClient();
  const { user: me } = useSession();
  const [asked, setAsked] = useState<Asked>(null);
  const fresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['users'] });
  const users = data?.items;
  return (
    <Card
      title={t('users.accounts')}
      flush
      actions={
        <Button icon="plus" onClick={() => setAsked('add')}>
          {t('users.add')}
        </Button>
      }
    >
      {users === undefined ? (
        error === null ? (
          <Loading />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('name')}</th>
              <th scope="col">{t('role')}</th>
              <th scope="col" className="hide-narrow">
                NTLM
              </th>
              <th scope="col" className="hide-narrow">
                {t('created')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {users.map((user) => (
              <tr key={user.name}>
                <th scope="row">
                  {user.name}{' '}
                  {user.name.toLowerCase() === me.toLowerCase() ? <span className="tag">{t('users.me')}</span> : null}
                </th>
                <td>{word('role', user.role)}</td>
                <td className="hide-narrow">{user.ntlm ? t('yes') : t('no')}</td>
                <td className="hide-narrow">{dateTime(user.createdAt)}</td>
                <td style={{ width: '3.5rem' }}>
                  <Menu
                    label={t('actions.of', { name: user.name })}
                    items={[
                      { label: t('change'), icon: 'edit', run: () => setAsked({ what: 'change', user }) },
                      {
                        label: t('delete'),
                        icon: 'trash',
                        danger: true,
                        run: () => setAsked({ what: 'delete', user }),
                      },
                    ]}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {asked === null ? null : asked === 'add' || asked.what === 'change' ? (
        <UserDialog
          user={asked === 'add' ? null : asked.user}
          onDone={() => void fresh()}
          onClose={() => setAsked(null)}
        />
      ) : (
        <Confirm
          title={t('delete.title', { name: asked.user.name })}
          action={t('delete')}
          onClose={() => setAsked(null)}
          run={async () => {
            await send('DELETE', `/users/${encodeURIComponent(asked.user.name)}`);
            await fresh();
          }}
        >
          <p>{t('users.delete.hint')}</p>
        </Confirm>
      )}
    </Card>
  );
};

export default UsersPage;
