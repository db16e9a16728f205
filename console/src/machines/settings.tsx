import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Problem, send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Machine, Settings } from '../api/types.ts';
import { useMay } from '../app/session.tsx';
import { useUnsaved } from '../ui/unsaved.ts';
import { megabytes, t, word } from '../i18n/index.ts';
import { Button, Card, Facts, Failure, Loading } from '../ui/basics.tsx';
import { AreaField, CheckField, NumberField, SelectField, TextField } from '../ui/fields.tsx';
import { useTold } from '../ui/told.ts';
import { toast } from '../ui/toasts.tsx';
import { isOn } from './actions.ts';
import { BootOrder } from './boot-order.tsx';
import { FoldersCard } from './folders-card.tsx';
import { mergePatch, patched } from './merge-patch.ts';

const WORDS = {
  startAction: ['none', 'restartIfRunning', 'alwaysStart'],
  stopAction: ['turnOff', 'save', 'shutdown'],
  checkpointType: ['disabled', 'productionFallback', 'productionOnly', 'standard'],
} as const;

const options = (group: keyof typeof WORDS, current: string): (readonly [string, string])[] =>
  [...new Set<string>([...WORDS[group], current])].map((value) => [value, word(group, value)]);

/** Whose signatures the firmware takes, by the ids that Hyper-V gives them. */
const TEMPLATES: readonly (readonly [string, string])[] = [
  ['1734c6e8-3154-4dda-ba5f-a874cc483422', 'Microsoft Windows'],
  ['272e7447-90a4-4563-a4b9-8e4ab00526ce', 'Microsoft UEFI Certificate Authority'],
  ['4292ae2b-ee2c-42b5-a969-dd8f8689f6f3', 'Open Source Shielded VM'],
];

const templates = (current: string): readonly (readonly [string, string])[] =>
  TEMPLATES.some(([id]) => id === current) ? TEMPLATES : [...TEMPLATES, [current, current]];

/** Limits of Hyper-V that need no question to the service (object-model §7). */
const whole = (value: number, low: number, high: number): string | null =>
  Number.isInteger(value) && value >= low && value <= high ? null : t('field.range', { low, high });

const filled = (text: string): string | null => (text.trim() === '' ? t('field.empty') : null);

function faultsOf({ name, processors, memory, automatic, folders }: Settings): Readonly<Record<string, string | null>> {
  const even = (value: number): string | null =>
    whole(value, 32, 12_582_912) ?? (value % 2 === 0 ? null : t('field.even'));
  return {
    name: filled(name),
    'folders.configuration': filled(folders.configuration),
    'folders.checkpoints': filled(folders.checkpoints),
    'folders.swap': filled(folders.swap),
    'processors.count': whole(processors.count, 1, 2048),
    'processors.limitPercent': whole(processors.limitPercent, 0, 100),
    'processors.reservePercent': whole(processors.reservePercent, 0, 100),
    'processors.weight': whole(processors.weight, 0, 10_000),
    'memory.weight': whole(memory.weight, 0, 10_000),
    'memory.bufferPercent': memory.dynamic ? whole(memory.bufferPercent, 5, 2000) : null,
    'automatic.startDelaySeconds': whole(automatic.startDelaySeconds, 0, 86_400),
    'memory.startupMb': even(memory.startupMb),
    'memory.minimumMb': memory.dynamic
      ? (even(memory.minimumMb) ?? (memory.minimumMb > memory.startupMb ? t('field.minimum') : null))
      : null,
    'memory.maximumMb': memory.dynamic
      ? (even(memory.maximumMb) ?? (memory.maximumMb < memory.startupMb ? t('field.maximum') : null))
      : null,
  };
}

/** What a number of MB is in a larger unit; undefined: there is none, and the field says it. */
const inLargerUnit = (count: number): string | undefined =>
  Number.isNaN(count) || count < 1024 ? undefined : megabytes(count);

interface Props {
  readonly of: string;
  readonly machine: Machine | null;
  /** Of what is only looked at. */
  readonly readOnly?: boolean;
}

/** Settings of a machine, of a plan or of a checkpoint. */
export const SettingsForm = ({ of, machine, readOnly = false }: Props): ReactNode => {
  const query = useQuery(queries.settings(of));
  if (query.data === undefined)
    return query.error === null ? (
      <Card>
        <Loading lines={6} />
      </Card>
    ) : (
      <Failure error={query.error} retry={() => void query.refetch()} />
    );
  return <Form of={of} machine={machine} readOnly={readOnly} stored={query.data.value} tag={query.data.tag} />;
};

const Form = ({
  of,
  machine,
  readOnly,
  stored,
  tag,
}: Required<Props> & { readonly stored: Settings; readonly tag: string | null }): ReactNode => {
  const client = useQueryClient();
  const editable = useMay('administrator') && !readOnly;
  const [base, setBase] = useState({ stored, tag });
  const [draft, setDraft] = useState(stored);
  const [busy, setBusy] = useState(false);
  const { error, tell } = useTold(t('tab.settings'));
  const patch = mergePatch({ ...base.stored }, { ...draft });
  useUnsaved(patch !== undefined);
  const overtaken = tag !== base.tag || (tag === null && stored !== base.stored);
  const take = (value: Settings, next: string | null): void => {
    setBase({ stored: value, tag: next });
    setDraft(value);
    tell(null);
  };
  // Nobody is editing: what others change is shown at once.
  if (overtaken && patch === undefined && !busy) take(stored, tag);
  const local = faultsOf(draft);
  const fault = (path: string): string | null =>
    local[path] ??
    (error instanceof Problem ? error.body.errors : []).find((told) => told.path === path)?.message ??
    null;
  const on = machine !== null && isOn(machine);
  const group =
    <G extends 'processors' | 'memory' | 'firmware' | 'security' | 'automatic' | 'checkpoints' | 'folders'>(name: G) =>
    (change: Partial<Settings[G]>): void =>
      setDraft((now) => ({ ...now, [name]: { ...now[name], ...change } }));
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const sent = draft;
    setBusy(true);
    tell(null);
    try {
      const headers = base.tag === null ? {} : { 'if-match': base.tag };
      await send('PATCH', `/${of}/settings`, patch, { headers });
      const { value, tag: next } = await client.fetchQuery({ ...queries.settings(of), staleTime: 0 });
      setBase({ stored: value, tag: next });
      // What was typed meanwhile is a change of what is stored now.
      setDraft((now) => patched(value, mergePatch({ ...sent }, { ...now })));
      toast('ok', t('settings.saved'));
    } catch (problem) {
      tell(problem);
    }
    setBusy(false);
  };
  const { processors, memory, firmware, security, automatic, checkpoints } = draft;
  return (
    <form onSubmit={(event) => void save(event)} className="stack" noValidate>
      <fieldset disabled={!editable} className="stack">
        <div className="cards">
          <Card title={t('general')}>
            <div className="form">
              <TextField
                label={t('name')}
                value={draft.name}
                fault={fault('name')}
                onChange={(name) => setDraft({ ...draft, name })}
              />
              <AreaField label={t('notes')} value={draft.notes} onChange={(notes) => setDraft({ ...draft, notes })} />
              <Facts items={[[t('generation'), `${draft.generation} · ${t('version')} ${draft.version}`]]} />
            </div>
          </Card>
          <Card title={t('processors')}>
            <div className="form">
              <NumberField
                label={t('processors.count')}
                min={1}
                value={processors.count}
                fault={fault('processors.count')}
                hint={on ? t('field.off') : undefined}
                onChange={(value) => group('processors')({ count: value })}
              />
              <NumberField
                label={t('processors.reserve')}
                unit="%"
                min={0}
                max={100}
                value={processors.reservePercent}
                fault={fault('processors.reservePercent')}
                onChange={(value) => group('processors')({ reservePercent: value })}
              />
              <NumberField
                label={t('processors.limit')}
                unit="%"
                min={0}
                max={100}
                value={processors.limitPercent}
                fault={fault('processors.limitPercent')}
                onChange={(value) => group('processors')({ limitPercent: value })}
              />
              <NumberField
                label={t('processors.weight')}
                min={0}
                max={10_000}
                value={processors.weight}
                fault={fault('processors.weight')}
                onChange={(value) => group('processors')({ weight: value })}
              />
              <CheckField
                label={t('processors.nested')}
                checked={processors.nestedVirtualization}
                onChange={(value) => group('processors')({ nestedVirtualization: value })}
              />
            </div>
          </Card>
          <Card title={t('memory')}>
            <div className="form">
              <NumberField
                label={t('memory.startup')}
                unit="MB"
                min={32}
                step={2}
                value={memory.startupMb}
                fault={fault('memory.startupMb')}
                hint={inLargerUnit(memory.startupMb)}
                onChange={(value) => group('memory')({ startupMb: value })}
              />
              <CheckField
                label={t('memory.dynamic')}
                checked={memory.dynamic}
                onChange={(dynamic) => group('memory')({ dynamic })}
              />
              {memory.dynamic ? (
                <>
                  <NumberField
                    label={t('memory.minimum')}
                    unit="MB"
                    min={32}
                    step={2}
                    value={memory.minimumMb}
                    fault={fault('memory.minimumMb')}
                    onChange={(value) => group('memory')({ minimumMb: value })}
                  />
                  <NumberField
                    label={t('memory.maximum')}
                    unit="MB"
                    min={32}
                    step={2}
                    value={memory.maximumMb}
                    fault={fault('memory.maximumMb')}
                    onChange={(value) => group('memory')({ maximumMb: value })}
                  />
                  <NumberField
                    label={t('memory.buffer')}
                    unit="%"
                    min={5}
                    max={2000}
                    value={memory.bufferPercent}
                    fault={fault('memory.bufferPercent')}
                    onChange={(value) => group('memory')({ bufferPercent: value })}
                  />
                </>
              ) : null}
              <NumberField
                label={t('processors.weight')}
                min={0}
                max={10_000}
                value={memory.weight}
                fault={fault('memory.weight')}
                onChange={(value) => group('memory')({ weight: value })}
              />
            </div>
          </Card>
          <Card title={t('firmware')}>
            <div className="form">
              {firmware.secureBoot === null ? null : (
                <CheckField
                  label={t('firmware.secureBoot')}
                  checked={firmware.secureBoot}
                  onChange={(secureBoot) => group('firmware')({ secureBoot })}
                />
              )}
              {firmware.secureBoot === true && firmware.secureBootTemplate !== null ? (
                <SelectField
                  label={t('firmware.template')}
                  value={firmware.secureBootTemplate.toLowerCase()}
                  options={templates(firmware.secureBootTemplate.toLowerCase())}
                  onChange={(secureBootTemplate) => group('firmware')({ secureBootTemplate })}
                />
              ) : null}
              {security.tpm === null ? null : (
                <CheckField
                  label={t('security.tpm')}
                  hint={t('security.tpm.hint')}
                  checked={security.tpm}
                  onChange={(tpm) => group('security')({ tpm })}
                />
              )}
              <BootOrder
                of={of}
                generation={draft.generation}
                order={firmware.bootOrder}
                onChange={(bootOrder) => group('firmware')({ bootOrder })}
              />
            </div>
          </Card>
          <Card title={t('automatic')}>
            <div className="form">
              <SelectField
                label={t('automatic.start')}
                value={automatic.startAction}
                options={options('startAction', automatic.startAction)}
                onChange={(startAction) => group('automatic')({ startAction })}
              />
              {automatic.startAction === 'none' ? null : (
                <NumberField
                  label={t('automatic.delay')}
                  unit={t('unit.seconds')}
                  min={0}
                  max={86_400}
                  value={automatic.startDelaySeconds}
                  fault={fault('automatic.startDelaySeconds')}
                  onChange={(value) => group('automatic')({ startDelaySeconds: value })}
                />
              )}
              <SelectField
                label={t('automatic.stop')}
                value={automatic.stopAction}
                options={options('stopAction', automatic.stopAction)}
                onChange={(stopAction) => group('automatic')({ stopAction })}
              />
              <SelectField
                label={t('checkpoint.type')}
                value={checkpoints.type}
                options={options('checkpointType', checkpoints.type)}
                onChange={(type) => group('checkpoints')({ type })}
              />
              <CheckField
                label={t('checkpoint.automatic.take')}
                checked={checkpoints.automatic}
                onChange={(value) => group('checkpoints')({ automatic: value })}
              />
            </div>
          </Card>
          <FoldersCard folders={draft.folders} machine={machine} fault={fault} onChange={group('folders')} />
        </div>
      </fieldset>
      {overtaken && patch !== undefined && !busy ? (
        <div className="note warn" role="status">
          {t('settings.overtaken')}
          <div>
            <Button onClick={() => take(stored, tag)}>{t('settings.reload')}</Button>
          </div>
        </div>
      ) : null}
      {error === null ? null : <Failure error={error} />}
      {editable ? (
        <div className="savebar row">
          <Button
            look="primary"
            type="submit"
            busy={busy}
            disabled={patch === undefined || Object.values(local).some((text) => text !== null)}
          >
            {t('save')}
          </Button>
          <Button disabled={patch === undefined || busy} onClick={() => take(stored, tag)}>
            {t('discard')}
          </Button>
        </div>
      ) : readOnly ? null : (
        <p className="muted">{t('readOnly')}</p>
      )}
    </form>
  );
};
