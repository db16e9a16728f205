import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Disk } from '../api/types.ts';
import { work } from '../api/work.ts';
import { useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { Button, Card, Empty, Failure, Loading } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Icon } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { Chain } from './chain.tsx';
import { DiskDialog } from './disk-dialog.tsx';

type Asked = { readonly what: 'change' | 'remove'; readonly disk: Disk } | 'add' | null;

/** Drives with what is in them, and the chain of files below each. */
export const Disks = ({ of }: { readonly of: string }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.devices(of));
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
  const eject = (disk: Disk): void => {
    send('PATCH', `/${of}/disks/${encodeURIComponent(disk.id)}`, { path: null }).then(fresh, (problem: unknown) =>
      toastProblem(t('disk.eject'), problem),
    );
  };
  const add = administrator ? (
    <Button icon="plus" onClick={() => setAsked('add')}>
      {t('disk.add')}
    </Button>
  ) : null;
  return (
    <>
      <div className="stack">
        {data.disks.length === 0 ? (
          <Card>
            <Empty icon="disk" title={t('disk.none')}>
              {add}
            </Empty>
          </Card>
        ) : (
          <>
            <div className="row">{add}</div>
            <div className="cards">
              {data.disks.map((disk) => (
                <Card key={disk.id}>
                  <div className="row" style={{ marginBottom: '0.6rem', flexWrap: 'nowrap' }}>
                    <Icon name={disk.kind === 'disk' ? 'disk' : 'dvd'} size={20} />
                    <h2 className="grow">
                      {word('disk', disk.kind)}{' '}
                      <span className="muted small">
                        {disk.controller.toUpperCase()} {disk.controllerNumber}:{disk.location}
                      </span>
                    </h2>
                    {administrator ? (
                      <Menu
                        label={t('actions.of', {
                          name: `${word('disk', disk.kind)} ${disk.controllerNumber}:${disk.location}`,
                        })}
                        items={[
                          {
                            label: disk.path === null ? t('disk.insert') : t('disk.change'),
                            icon: 'edit',
                            run: () => setAsked({ what: 'change', disk }),
                          },
                          ...(disk.kind !== 'disk' && disk.path !== null
                            ? [{ label: t('disk.eject'), icon: 'up' as const, run: () => eject(disk) }]
                            : []),
                          {
                            label: t('remove'),
                            icon: 'trash',
                            danger: true,
                            run: () => setAsked({ what: 'remove', disk }),
                          },
                        ]}
                      />
                    ) : null}
                  </div>
                  {disk.path === null ? <p className="muted">{t('disk.empty')}</p> : <Chain path={disk.path} />}
                </Card>
              ))}
            </div>
          </>
        )}
      </div>
      {asked === null ? null : asked === 'add' ? (
        <DiskDialog of={of} disk={null} onDone={() => void fresh()} onClose={() => setAsked(null)} />
      ) : asked.what === 'change' ? (
        <DiskDialog of={of} disk={asked.disk} onDone={() => void fresh()} onClose={() => setAsked(null)} />
      ) : (
        <Confirm
          title={t('disk.remove.title')}
          action={t('remove')}
          onClose={() => setAsked(null)}
          run={async () => {
            await work('DELETE', `/${of}/disks/${encodeURIComponent(asked.disk.id)}`);
            await fresh();
          }}
        >
          <p>{t('disk.remove.hint')}</p>
          {asked.disk.path === null ? null : <code>{asked.disk.path}</code>}
        </Confirm>
      )}
    </>
  );
};
