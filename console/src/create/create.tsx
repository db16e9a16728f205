import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { make } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Machine } from '../api/types.ts';
import { work } from '../api/work.ts';
import { goFromHere, Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { bytes, megabytes, t } from '../i18n/index.ts';
import { separatorOf } from '../machines/chain.tsx';
import { sizeFault, useNewDisk } from '../machines/new-disk.ts';
import { PathField } from '../import/path-field.tsx';
import { Button, Card, Empty, Facts, Failure, Page } from '../ui/basics.tsx';
import { AreaField, CheckField, Choices, NumberField, SelectField, TextField } from '../ui/fields.tsx';
import { Steps } from '../ui/steps.tsx';
import { useTold } from '../ui/told.ts';
import { toast, toastProblem } from '../ui/toasts.tsx';
import { useUnsaved } from '../ui/unsaved.ts';

interface Draft {
  readonly name: string;
  readonly notes: string;
  readonly generation: '1' | '2';
  readonly processors: number;
  readonly memoryMb: number;
  readonly dynamic: boolean;
  readonly disk: 'new' | 'existing' | 'none';
  readonly diskPath: string;
  readonly sizeGb: number;
  readonly iso: string;
  readonly switchId: string;
  readonly secureBoot: boolean;
  readonly serial: boolean;
  readonly start: boolean;
}

const EMPTY: Draft = {
  name: '',
  notes: '',
  generation: '2',
  processors: 2,
  memoryMb: 2048,
  dynamic: false,
  disk: 'new',
  diskPath: '',
  sizeGb: 40,
  iso: '',
  switchId: '',
  secureBoot: true,
  serial: true,
  start: false,
};

const STEPS = ['name', 'resources', 'disk', 'network', 'summary'] as const;

/** Names of files are made of names of machines: what no file system takes is left out. */
const fileName = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_').trim() || 'disk';

/** A pipe of its own for the serial console. */
const pipeOf = (name: string): string =>
  `\\\\.\\pipe\\${fileName(name).replaceAll(/[^A-Za-z0-9._-]/g, '-')}-${crypto.randomUUID().slice(0, 8)}`;

function faultOf(step: (typeof STEPS)[number], draft: Draft): string | null {
  if (step === 'name' && draft.name.trim() === '') return t('field.empty');
  if (step === 'resources') {
    if (!Number.isInteger(draft.processors) || draft.processors < 1 || draft.processors > 2048)
      return t('field.range', { low: 1, high: 2048 });
    if (!Number.isInteger(draft.memoryMb) || draft.memoryMb < 32 || draft.memoryMb % 2 !== 0) return t('field.even');
  }
  if (step === 'disk') {
    if (draft.disk === 'existing' && draft.diskPath === '') return t('field.empty');
    if (draft.disk === 'new') return sizeFault(draft.sizeGb);
  }
  return null;
}

/** A new machine in five short steps; nothing is made before the last. */
const CreatePage = (): ReactNode => {
  const { data: host } = useQuery(queries.host);
  const { data: switches } = useQuery(queries.switches);
  const administrator = useMay('administrator');
  const [draft, setDraft] = useState(EMPTY);
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const { error, tell } = useTold(t('create.title'));
  // A machine that is being made needs its form no more.
  useUnsaved(!busy && JSON.stringify(draft) !== JSON.stringify(EMPTY));
  const makeDisk = useNewDisk();
  const form = useRef<HTMLFormElement>(null);
  const last = useRef(at);
  // With the step, not after it has been drawn: what is typed in between is meant for the new one.
  useLayoutEffect(() => {
    if (last.current === at) return;
    last.current = at;
    // Whoever works by keyboard or by ear goes on at the begin of the step.
    const heading = form.current?.querySelector('h2');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus();
  }, [at]);
  const step = STEPS[at] ?? 'name';
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const inFolder = (folder: string): string =>
    `${folder.replace(/[\\/]$/, '')}${separatorOf(folder)}${fileName(draft.name)}.vhdx`;
  const newDisk = draft.diskPath === '' && host !== undefined ? inFolder(host.folders.disks) : draft.diskPath;
  const fault =
    faultOf(step, draft) ?? (step === 'disk' && draft.disk === 'new' && newDisk === '' ? t('field.empty') : null);
  const crumbs = <Link to={['machines']}>{t('nav.machines')}</Link>;
  if (!administrator)
    return (
      <Page title={t('create.title')} crumbs={crumbs}>
        <div className="card">
          <Empty icon="key" title={t('denied')}>
            <p>{t('denied.hint')}</p>
          </Empty>
        </div>
      </Page>
    );
  const create = async (): Promise<void> => {
    const leave = goFromHere();
    setBusy(true);
    tell(null);
    try {
      const path = draft.disk === 'new' ? newDisk : draft.disk === 'existing' ? draft.diskPath : null;
      if (draft.disk === 'new')
        await makeDisk({ path: newDisk, format: 'vhdx', type: 'dynamic', sizeGb: draft.sizeGb, parentPath: null });
      const wanted = {
        name: draft.name.trim(),
        notes: draft.notes,
        generation: Number(draft.generation),
        processors: draft.processors,
        memory: { startupMb: draft.memoryMb, dynamic: draft.dynamic },
        ...(draft.generation === '2' ? { secureBoot: draft.secureBoot } : {}),
        disks: [
          ...(path === null ? [] : [{ kind: 'disk', path }]),
          ...(draft.iso === '' && draft.disk !== 'none'
            ? []
            : [{ kind: 'dvd', path: draft.iso === '' ? null : draft.iso }]),
        ],
        nics: [{ switchId: draft.switchId === '' ? null : draft.switchId, name: t('nic.name') }],
        serialPorts: draft.serial ? [{ pipe: pipeOf(draft.name) }] : [],
      };
      const machine = await make<Machine>('/vms', wanted, t('machine.gone'));
      toast('ok', t('create.done', { name: machine.name }));
      if (draft.start)
        void work('POST', `/vms/${machine.id}/start`, {}).catch((problem: unknown) =>
          toastProblem(t('create.notStarted'), problem),
        );
      leave('machines', machine.id);
    } catch (problem) {
      tell(problem);
      setBusy(false);
    }
  };
  const forward = (event: FormEvent): void => {
    event.preventDefault();
    if (fault !== null) return;
    if (at < STEPS.length - 1) setAt(at + 1);
    else void create();
  };
  return (
    <Page title={t('create.title')} crumbs={crumbs}>
      <Steps names={STEPS.map((name) => t(`create.step.${name}`))} at={at} />
      <form onSubmit={forward} noValidate className="stack" ref={form}>
        <Card title={t(`create.step.${step}`)}>
          <div className="form" key={step}>
            {step === 'name' ? (
              <>
                <TextField
                  label={t('name')}
                  autoFocus
                  required
                  maxLength={100}
                  value={draft.name}
                  onChange={(name) => set({ name })}
                />
                <AreaField label={t('notes')} value={draft.notes} onChange={(notes) => set({ notes })} />
                <Choices
                  label={t('generation')}
                  value={draft.generation}
                  options={[
                    ['2', t('create.gen2'), t('create.gen2.hint')],
                    ['1', t('create.gen1'), t('create.gen1.hint')],
                  ]}
                  onChange={(generation) => set({ generation: generation as Draft['generation'] })}
                />
              </>
            ) : step === 'resources' ? (
              <>
                <NumberField
                  label={t('processors.count')}
                  min={1}
                  value={draft.processors}
                  hint={host === undefined ? undefined : t('create.hostHas', { count: host.processors })}
                  fault={Number.isInteger(draft.processors) && draft.processors >= 1 ? null : fault}
                  onChange={(processors) => set({ processors })}
                />
                <NumberField
                  label={t('memory.startup')}
                  unit="MB"
                  min={32}
                  step={2}
                  value={draft.memoryMb}
                  hint={host === undefined ? undefined : t('create.hostHas', { count: megabytes(host.memoryMb) })}
                  fault={draft.memoryMb >= 32 && draft.memoryMb % 2 === 0 ? null : t('field.even')}
                  onChange={(memoryMb) => set({ memoryMb })}
                />
                <CheckField
                  label={t('memory.dynamic')}
                  hint={t('memory.dynamic.hint')}
                  checked={draft.dynamic}
                  onChange={(dynamic) => set({ dynamic })}
                />
              </>
            ) : step === 'disk' ? (
              <>
                <Choices
                  label={t('disk.disk')}
                  value={draft.disk}
                  options={[
                    ['new', t('disk.new'), t('disk.new.hint')],
                    ['existing', t('disk.existing'), t('disk.existing.hint')],
                    ['none', t('disk.later'), t('disk.later.hint')],
                  ]}
                  onChange={(disk) => set({ disk: disk as Draft['disk'], diskPath: '' })}
                />
                {draft.disk === 'none' ? null : (
                  <PathField
                    label={t('file')}
                    value={draft.disk === 'new' ? newDisk : draft.diskPath}
                    want={draft.disk === 'new' ? 'folder' : 'disk'}
                    picked={draft.disk === 'new' ? inFolder : (path) => path}
                    onChange={(diskPath) => set({ diskPath })}
                  />
                )}
                {draft.disk === 'new' ? (
                  <NumberField
                    label={t('size')}
                    unit="GB"
                    min={1}
                    value={draft.sizeGb}
                    fault={sizeFault(draft.sizeGb)}
                    onChange={(sizeGb) => set({ sizeGb })}
                  />
                ) : null}
                <PathField
                  label={t('create.iso')}
                  hint={t('create.iso.hint')}
                  value={draft.iso}
                  want="iso"
                  onChange={(iso) => set({ iso })}
                />
              </>
            ) : step === 'network' ? (
              <>
                <SelectField
                  label={t('switch')}
                  value={draft.switchId}
                  options={[['', t('notConnected')], ...(switches ?? []).map(({ id, name }) => [id, name] as const)]}
                  onChange={(switchId) => set({ switchId })}
                />
                <CheckField
                  label={t('create.serial')}
                  hint={t('create.serial.hint')}
                  checked={draft.serial}
                  onChange={(serial) => set({ serial })}
                />
                {draft.generation === '2' ? (
                  <CheckField
                    label={t('firmware.secureBoot')}
                    hint={t('create.secureBoot.hint')}
                    checked={draft.secureBoot}
                    onChange={(secureBoot) => set({ secureBoot })}
                  />
                ) : null}
              </>
            ) : (
              <>
                <Facts
                  items={[
                    [t('name'), draft.name],
                    [t('generation'), draft.generation],
                    [t('processors'), draft.processors],
                    [t('memory'), `${megabytes(draft.memoryMb)}${draft.dynamic ? ` · ${t('memory.dynamic')}` : ''}`],
                    [
                      t('disk.disk'),
                      draft.disk === 'none'
                        ? t('none')
                        : draft.disk === 'new'
                          ? `${newDisk} · ${bytes(draft.sizeGb * 2 ** 30)}`
                          : draft.diskPath,
                    ],
                    draft.iso === '' ? null : ['DVD', draft.iso],
                    [t('switch'), switches?.find(({ id }) => id === draft.switchId)?.name ?? t('notConnected')],
                    [t('create.serial'), draft.serial ? t('yes') : t('no')],
                    draft.generation === '2' ? [t('firmware.secureBoot'), draft.secureBoot ? t('yes') : t('no')] : null,
                  ]}
                />
                <CheckField label={t('create.start')} checked={draft.start} onChange={(start) => set({ start })} />
              </>
            )}
          </div>
        </Card>
        {error === null ? null : <Failure error={error} />}
        <div className="row">
          <Button disabled={at === 0 || busy} onClick={() => setAt(at - 1)}>
            {t('back')}
          </Button>
          <Button look="primary" type="submit" busy={busy} disabled={fault !== null}>
            {at === STEPS.length - 1 ? t('create') : t('next')}
          </Button>
          <span className="grow" />
          <Link to={['machines']} className="button quiet">
            {t('cancel')}
          </Link>
        </div>
      </form>
    </Page>
  );
};

export default CreatePage;
