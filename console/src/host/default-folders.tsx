import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Problem, send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { HostSettings } from '../api/types.ts';
import { useMay } from '../app/session.tsx';
import { useUnsaved } from '../ui/unsaved.ts';
import { bytes, t } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { Button, Card, Facts, Failure, Loading } from '../ui/basics.tsx';
import { toast } from '../ui/toasts.tsx';
import { useTold } from '../ui/told.ts';

type Folders = HostSettings['folders'];
const NAMES = ['vms', 'disks'] as const satisfies readonly (keyof Folders)[];

/** Where new machines and disks go when nobody says where. */
export const DefaultFolders = (): ReactNode => {
  const { data, error, refetch } = useQuery(queries.hostSettings);
  const administrator = useMay('administrator');
  return (
    <Card title={t('host.folders')}>
      {data === undefined ? (
        error === null ? (
          <Loading lines={2} />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : administrator ? (
        <FoldersForm stored={data.value.folders} tag={data.tag} />
      ) : (
        <Facts
          items={NAMES.map((name) => [t(`host.folder.${name}`), <code>{data.value.folders[name]}</code>] as const)}
        />
      )}
    </Card>
  );
};

/** Under the field: what is wrong with the folder, or what room there is in the one that is set. */
const FoldersForm = ({ stored, tag }: { readonly stored: Folders; readonly tag: string | null }): ReactNode => {
  const client = useQueryClient();
  const [typed, setTyped] = useState<Partial<Folders>>({});
  /** Of what was there when typing began: what others have changed since is not overwritten unseen. */
  const [seen, setSeen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const { error, tell } = useTold(t('host.folders'));
  const changed = NAMES.filter((name) => typed[name] !== undefined && typed[name] !== stored[name]);
  useUnsaved(changed.length > 0);
  const told = error instanceof Problem ? error.body.errors : [];
  const faultOf = (name: keyof Folders): string | null =>
    (typed[name] ?? stored[name]).trim() === ''
      ? t('field.empty')
      : (told.find(({ path }) => path === `folders.${name}`)?.message ?? null);
  const change = (name: keyof Folders, folder: string): void => {
    if (changed.length === 0) setSeen(tag);
    tell(null);
    setTyped((now) => ({ ...now, [name]: folder }));
  };
  const discard = (): void => {
    setTyped({});
    tell(null);
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    tell(null);
    try {
      const folders: Partial<Folders> = Object.fromEntries(changed.map((name) => [name, typed[name]]));
      await send('PATCH', '/host/settings', { folders }, { headers: seen === null ? {} : { 'if-match': seen } });
      await client.invalidateQueries({ queryKey: ['host'] });
      // What was typed meanwhile is a change of what is stored now.
      setSeen((await client.fetchQuery({ ...queries.hostSettings, staleTime: 0 })).tag);
      setTyped((now) =>
        Object.fromEntries(NAMES.flatMap((name) => (now[name] === folders[name] ? [] : [[name, now[name]]]))),
      );
      toast('ok', t('settings.saved'));
    } catch (problem) {
      tell(problem);
      // Whoever has seen what others made of it may go on.
      if (problem instanceof Problem && problem.body.status === 412)
        await client.fetchQuery({ ...queries.hostSettings, staleTime: 0 }).then(
          (now) => setSeen(now.tag),
          () => undefined,
        );
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" noValidate onSubmit={(event) => void save(event)}>
      <p className="small muted">{t('host.folders.hint')}</p>
      {NAMES.map((name) => (
        <FolderField
          key={name}
          label={t(`host.folder.${name}`)}
          value={typed[name] ?? stored[name]}
          set={stored[name]}
          fault={faultOf(name)}
          onChange={(folder) => change(name, folder)}
        />
      ))}
      {error === null || told.length > 0 ? null : <Failure error={error} />}
      <div className="row">
        <Button
          look="primary"
          type="submit"
          busy={busy}
          disabled={changed.length === 0 || changed.some((name) => typed[name]?.trim() === '')}
        >
          {t('save')}
        </Button>
        <Button disabled={Object.keys(typed).length === 0 || busy} onClick={discard}>
          {t('discard')}
        </Button>
      </div>
    </form>
  );
};

const FolderField = ({
  label,
  value,
  set,
  fault,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  /** The folder that is in force. */
  readonly set: string;
  readonly fault: string | null;
  readonly onChange: (folder: string) => void;
}): ReactNode => {
  const { data } = useQuery(queries.folder(set));
  const room = value !== set || data?.freeBytes == null ? undefined : t('browse.free', { size: bytes(data.freeBytes) });
  return <PathField label={label} hint={room} fault={fault} value={value} onChange={onChange} want="folder" />;
};
