import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import { useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { Card, Failure, Loading } from '../ui/basics.tsx';
import { CheckField } from '../ui/fields.tsx';
import { toastProblem } from '../ui/toasts.tsx';

/** What the host offers to the guest: each is switched at once, beside the settings that are saved together. */
export const IntegrationServices = ({ id }: { readonly id: string }): ReactNode => {
  const of = `vms/${id}`;
  const { data, error, refetch } = useQuery(queries.devices(of));
  const client = useQueryClient();
  const administrator = useMay('administrator');
  const [busy, setBusy] = useState<string | null>(null);
  const change = async (service: string, name: string, enabled: boolean): Promise<void> => {
    setBusy(service);
    try {
      await send('PATCH', `/${of}/integration-services/${encodeURIComponent(service)}`, { enabled });
      await client.invalidateQueries({ queryKey: ['devices', of] });
    } catch (problem) {
      toastProblem(name, problem);
    }
    setBusy(null);
  };
  return (
    <Card title={t('services')}>
      {data === undefined ? (
        error === null ? (
          <Loading lines={3} />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : (
        <div className="form">
          <p className="small muted">{t('services.hint')}</p>
          {data.integrationServices.map(({ id: service, name, enabled }) => (
            <CheckField
              key={service}
              label={word('service', name)}
              checked={enabled}
              disabled={!administrator || busy === service}
              onChange={(next) => void change(service, name, next)}
            />
          ))}
        </div>
      )}
    </Card>
  );
};
