import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Nic } from '../api/types.ts';
import { useMay } from '../app/session.tsx';
import { t } from '../i18n/index.ts';
import { Button, Card, Empty, Facts, Failure, Loading } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { NicDialog } from './nic-dialog.tsx';

type Asked = { readonly what: 'change' | 'remove'; readonly nic: Nic } | 'add' | null;

/** `00155D000001` as people read it. */
export const macText = (mac: string): string => mac.match(/../g)?.join('-') ?? mac;

/** Network adapters: what they are connected to can be changed while the machine runs. */
export const Nics = ({ of }: { readonly of: string }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.devices(of));
  const { data: switches } = useQuery(queries.switches);
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked>(null);
  const administrator = useMay('administrator');
  const fresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['devices', of] });
  if (data === undefined)
    return error === null ? (
      <Card>
        <Loading />
      </Card>
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  const connect = (nic: Nic, switchId: string | null): void => {
    send('PATCH', `/${of}/nics/${encodeURIComponent(nic.id)}`, { switchId }).then(fresh, (problem: unknown) =>
      toastProblem(t('nic.connect'), problem),
    );
  };
  const add = administrator ? (
    <Button icon="plus" onClick={() => setAsked('add')}>
      {t('nic.add')}
    </Button>
  ) : null;
  return (
    <>
      {data.nics.length === 0 ? (
        <Card>
          <Empty icon="nic" title={t('nic.none')}>
            {add}
          </Empty>
        </Card>
      ) : (
        <div className="stack">
          <div className="row">{add}</div>
          <div className="cards">
            {data.nics.map((nic) => (
              <Card
                key={nic.id}
                title={nic.name}
                actions={
                  administrator ? (
                    <>
                      <Button
                        look="quiet"
                        icon="edit"
                        aria-label={t('nic.change.of', { name: nic.name })}
                        onClick={() => setAsked({ what: 'change', nic })}
                      />
                      <Button
                        look="quiet"
                        icon="trash"
                        aria-label={t('nic.remove.of', { name: nic.name })}
                        onClick={() => setAsked({ what: 'remove', nic })}
                      />
                    </>
                  ) : null
                }
              >
                <Facts
                  items={[
                    [
                      t('switch'),
                      administrator ? (
                        <select
                          aria-label={t('switch')}
                          value={nic.switchId ?? ''}
                          onChange={(event) => connect(nic, event.target.value === '' ? null : event.target.value)}
                        >
                          <option value="">{t('notConnected')}</option>
                          {nic.switchId !== null && !(switches ?? []).some(({ id }) => id === nic.switchId) ? (
                            <option value={nic.switchId}>{nic.switchName ?? nic.switchId}</option>
                          ) : null}
                          {switches?.map(({ id, name }) => (
                            <option key={id} value={id}>
                              {name}
                            </option>
                          ))}
                        </select>
                      ) : (
                        (nic.switchName ?? t('notConnected'))
                      ),
                    ],
                    [
                      'MAC',
                      <span>
                        <code>{macText(nic.mac)}</code>{' '}
                        {nic.macDynamic ? <span className="tag">{t('nic.dynamic')}</span> : null}
                      </span>,
                    ],
                    nic.vlanId === null ? null : ['VLAN', nic.vlanId],
                    nic.kind === 'emulated' ? [t('kind'), t('nic.emulated')] : null,
                  ]}
                />
              </Card>
            ))}
          </div>
        </div>
      )}
      {asked === null ? null : asked === 'add' || asked.what === 'change' ? (
        <NicDialog
          of={of}
          nic={asked === 'add' ? null : asked.nic}
          onDone={() => void fresh()}
          onClose={() => setAsked(null)}
        />
      ) : (
        <Confirm
          title={t('nic.remove.of', { name: asked.nic.name })}
          action={t('remove')}
          onClose={() => setAsked(null)}
          run={async () => {
            await send('DELETE', `/${of}/nics/${encodeURIComponent(asked.nic.id)}`);
            await fresh();
          }}
        >
          <p>{t('nic.remove.hint')}</p>
        </Confirm>
      )}
    </>
  );
};
