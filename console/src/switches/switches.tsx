import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Switch } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { Button, Empty, Failure, Loading, Page } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { AreaField, SelectField, TextField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { GoneContext } from '../ui/gone.ts';
import { Menu } from '../ui/menu.tsx';

type Asked = { readonly what: 'change' | 'delete'; readonly found: Switch } | 'add' | null;

const SwitchesPage = (): ReactNode => {
  const { data, error, refetch } = useQuery(queries.switches);
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>(null);
  const administrator = useMay('administrator');
  const gone = asked !== null && asked !== 'add' && data?.some(({ id }) => id === asked.found.id) === false;
  const fresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['switches'] });
  return (
    <Page
      title={t('nav.switches')}
      actions={
        administrator ? (
          <Button look="primary" icon="plus" onClick={() => setAsked('add')}>
            {t('switch.add')}
          </Button>
        ) : null
      }
    >
      <div className="card flush">
        {data === undefined ? (
          error === null ? (
            <Loading />
          ) : (
            <Failure error={error} retry={() => void refetch()} />
          )
        ) : data.length === 0 ? (
          <Empty icon="switch" title={t('switch.none')} />
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{t('name')}</th>
                <th scope="col">{t('kind')}</th>
                <th scope="col" className="hide-narrow">
                  {t('nav.machines')}
                </th>
                <th scope="col" className="right">
                  {t('switch.nics')}
                </th>
                <td />
              </tr>
            </thead>
            <tbody>
              {data.map((found) => (
                <tr key={found.id}>
                  <th scope="row">
                    {found.name}
                    {found.notes === '' ? null : (
                      <div className="small muted" style={{ fontWeight: 400 }}>
                        {found.notes}
                      </div>
                    )}
                  </th>
                  <td>{word('switchKind', found.kind)}</td>
                  <td className="hide-narrow">
                    <Users of={found.name} />
                  </td>
                  <td className="right">{found.nicCount}</td>
                  <td style={{ width: '3.5rem' }}>
                    {administrator ? (
                      <Menu
                        label={t('actions.of', { name: found.name })}
                        items={[
                          { label: t('change'), icon: 'edit', run: () => setAsked({ what: 'change', found }) },
                          {
                            label: t('delete'),
                            icon: 'trash',
                            danger: true,
                            run: () => setAsked({ what: 'delete', found }),
                          },
                        ]}
                      />
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      <GoneContext.Provider value={gone ? t('switch.gone') : null}>
        {asked === null ? null : asked === 'add' || asked.what === 'change' ? (
          <SwitchDialog
            found={asked === 'add' ? null : asked.found}
            onDone={() => void fresh()}
            onClose={() => setAsked(null)}
          />
        ) : (
          <Confirm
            title={t('delete.title', { name: asked.found.name })}
            action={t('delete')}
            onClose={() => setAsked(null)}
            run={async () => {
              await send('DELETE', `/switches/${asked.found.id}`);
              await fresh();
            }}
          >
            <p>{t('switch.delete.hint')}</p>
          </Confirm>
        )}
      </GoneContext.Provider>
    </Page>
  );
};

/** Machines that are named; the others are counted. */
const NAMED = 5;

/** Machines with an adapter at the switch. */
const Users = ({ of }: { readonly of: string }): ReactNode => {
  const { data } = useQuery(queries.machines);
  const users = (data ?? []).filter(({ switches }) => switches.includes(of));
  if (users.length === 0) return <span className="muted">–</span>;
  return (
    <span className="row">
      {users.slice(0, NAMED).map(({ id, name }) => (
        <Link key={id} to={['machines', id, 'networks']}>
          {name}
        </Link>
      ))}
      {users.length > NAMED ? <span className="muted num">+{users.length - NAMED}</span> : null}
    </span>
  );
};

const SwitchDialog = ({
  found,
  onDone,
  onClose,
}: {
  readonly found: Switch | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode => {
  const [name, setName] = useState(found?.name ?? '');
  const [notes, setNotes] = useState(found?.notes ?? '');
  const [kind, setKind] = useState('private');
  const [port, setPort] = useState('');
  const { data: ports } = useQuery({ ...queries.networkPorts, enabled: found === null });
  const portId = port === '' ? (ports?.items[0]?.id ?? null) : port;
  const run = async (): Promise<void> => {
    if (found === null)
      await send('POST', '/switches', { name, notes, kind, ...(kind === 'external' ? { portId } : {}) });
    else await send('PATCH', `/switches/${found.id}`, { name, notes });
    onDone();
  };
  return (
    <FormDialog
      title={found === null ? t('switch.add') : t('switch.change', { name: found.name })}
      action={found === null ? t('add') : t('apply')}
      disabled={name.trim() === '' || (found === null && kind === 'external' && portId === null)}
      onClose={onClose}
      run={run}
    >
      <TextField label={t('name')} required value={name} onChange={setName} />
      {found === null ? (
        <SelectField
          label={t('kind')}
          value={kind}
          hint={word('switchKindHint', kind)}
          options={['private', 'internal', 'external'].map((value) => [value, word('switchKind', value)] as const)}
          onChange={setKind}
        />
      ) : null}
      {found === null && kind === 'external' ? (
        ports?.items.length === 0 ? (
          <p className="note warn">{t('switch.noPort')}</p>
        ) : (
          <SelectField
            label={t('switch.port')}
            hint={t('switch.port.hint')}
            value={portId ?? ''}
            options={(ports?.items ?? []).map(({ id, name: text }) => [id, text] as const)}
            onChange={setPort}
          />
        )
      ) : null}
      <AreaField label={t('notes')} value={notes} onChange={setNotes} />
    </FormDialog>
  );
};

export default SwitchesPage;
