import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Problem } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { SerialPort } from '../api/types.ts';
import { useMay } from '../app/session.tsx';
import { useUnsaved } from '../ui/unsaved.ts';
import { connectSerial, pipeFor } from '../consoles/connect-serial.ts';
import { t } from '../i18n/index.ts';
import { Button, Card, Facts, Failure, Loading } from '../ui/basics.tsx';
import { TextField } from '../ui/fields.tsx';
import { toast } from '../ui/toasts.tsx';
import { useTold } from '../ui/told.ts';

/** Where COM 1 and COM 2 lead: each is changed at once, while the machine runs too, beside the settings that are saved together. */
export const SerialPorts = ({ id }: { readonly id: string }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.devices(`vms/${id}`));
  const administrator = useMay('administrator');
  return (
    <Card title={t('serial.ports')}>
      {data === undefined ? (
        error === null ? (
          <Loading lines={2} />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : administrator ? (
        <div className="form">
          <p className="small muted">{t('serial.ports.hint')}</p>
          {data.serialPorts.map((port) => (
            <PortForm key={port.id} machine={id} port={port} />
          ))}
        </div>
      ) : (
        <Facts
          items={data.serialPorts.map(
            ({ name, pipe }) => [name, pipe === null ? t('serial.open') : <code>{pipe}</code>] as const,
          )}
        />
      )}
    </Card>
  );
};

const PortForm = ({ machine, port }: { readonly machine: string; readonly port: SerialPort }): ReactNode => {
  const client = useQueryClient();
  /** Null: nobody types, and what others change is shown at once. */
  const [typed, setTyped] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { error, tell } = useTold(port.name);
  const stored = port.pipe ?? '';
  const pipe = typed ?? stored;
  const changed = pipe.trim() !== stored;
  useUnsaved(changed);
  const apply = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy || !changed) return;
    setBusy(true);
    tell(null);
    try {
      const wanted = pipe.trim();
      await connectSerial(client, machine, port, wanted === '' ? null : wanted);
      setTyped((now) => (now?.trim() === wanted ? null : now));
      toast('ok', t(wanted === '' ? 'serial.disconnected' : 'serial.connected', { name: port.name }));
    } catch (problem) {
      tell(problem);
    }
    setBusy(false);
  };
  const refused = error instanceof Problem && error.body.code === 'invalid-parameter' ? error.body.detail : null;
  return (
    <form noValidate onSubmit={(event) => void apply(event)} className="stack">
      <TextField
        label={port.name}
        hint={t('serial.pipe.hint', { example: pipeFor(machine, port) })}
        fault={refused}
        spellCheck={false}
        autoComplete="off"
        value={pipe}
        onChange={(next) => {
          tell(null);
          setTyped(next);
        }}
        beside={
          <Button type="submit" busy={busy} disabled={!changed} aria-label={t('serial.apply.of', { name: port.name })}>
            {t('apply')}
          </Button>
        }
      />
      {error === null || refused !== null ? null : <Failure error={error} />}
    </form>
  );
};
