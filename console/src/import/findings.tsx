import { useQueries } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Devices, Finding, Plan } from '../api/types.ts';
import { t, word } from '../i18n/index.ts';
import { useAsk } from '../ui/asking.tsx';
import { Button, Failure } from '../ui/basics.tsx';
import { Icon } from '../ui/icons.tsx';
import { FolderDialog } from './folder-dialog.tsx';

/** Where a finding is put right. */
export interface FixPlace {
  /** `plans/<id>`, or the checkpoint of it that the finding is about. */
  readonly of: string;
  readonly section: 'disks' | 'networks' | 'settings';
  /** null: the section as a whole. */
  readonly device: string | null;
}

/** Numbers of findings (docs/planned-systems.md). */
const ATTACHMENT = '40010';
const CHECKPOINT_MISSING = '90002';
const DISK_MISSING = '90003';
const DISK_SHARED = '90017';
const WITH_FILE: ReadonlySet<string> = new Set([ATTACHMENT, DISK_MISSING, DISK_SHARED]);
const SETTINGS: ReadonlySet<string> = new Set(['90007', '90008']);
const FOLDERS: ReadonlySet<string> = new Set(['90006', '90011']);

/** What of the plan a finding is about; null: nothing that can be changed here. */
const placeOf = (
  plan: string,
  { messageId, sourceId, configurationId }: Finding,
  devicesOf: (of: string) => Devices | undefined,
): FixPlace | null => {
  const of = ownerOf(plan, configurationId);
  if (SETTINGS.has(messageId)) return of.startsWith('plans/') ? { of, section: 'settings', device: null } : null;
  const devices = devicesOf(of);
  if (sourceId === null || devices === undefined) return null;
  const disk = devices.disks.find(({ id, imageId }) => id === sourceId || imageId === sourceId);
  if (disk !== undefined) return { of, section: 'disks', device: disk.id };
  const nic = devices.nics.find(({ id, connectionId }) => id === sourceId || connectionId === sourceId);
  return nic === undefined ? null : { of, section: 'networks', device: nic.id };
};

/** A finding is about the plan, or about a checkpoint of it. */
const ownerOf = (plan: string, configuration: string | null): string =>
  configuration === null || configuration === plan ? `plans/${plan}` : `checkpoints/${configuration}`;

const SHOW = {
  disks: ['disk', 'finding.disk'],
  networks: ['nic', 'finding.nic'],
  settings: ['edit', 'finding.settings'],
} as const;

/** A change of the plan that a finding itself proposes. */
interface Remedy {
  readonly text: string;
  run(): Promise<unknown>;
}

const remedyOf = ({ messageId, arguments: args, configurationId }: Finding, place: FixPlace | null): Remedy | null => {
  const [, found] = args;
  if (WITH_FILE.has(messageId) && found !== undefined && place?.section === 'disks')
    return {
      text: t('finding.take', { file: found }),
      run: () => send('PATCH', `/${place.of}/disks/${place.device}`, { path: found }),
    };
  if (messageId === CHECKPOINT_MISSING && configurationId !== null)
    return { text: t('finding.leaveOut'), run: () => send('DELETE', `/checkpoints/${configurationId}`) };
  return null;
};

export interface FindingsProps {
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  readonly onShow: (place: FixPlace) => void;
  /** The plan was changed from here. */
  readonly onChanged: () => void;
}

/** What stands in the way of a plan and what its owner should know, each with what helps here. */
export const Findings = ({ plan, findings, onShow, onChanged }: FindingsProps): ReactNode => {
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const ask = useAsk();
  const of = `plans/${plan.id}`;
  const owners = [...new Set([of, ...findings.map(({ configurationId }) => ownerOf(plan.id, configurationId))])];
  const devices = useQueries({ queries: owners.map((owner) => queries.devices(owner)) });
  const devicesOf = (owner: string): Devices | undefined => devices[owners.indexOf(owner)]?.data;
  const change = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    setBusy(name);
    setError(null);
    try {
      await work();
      onChanged();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(null);
    }
  };
  if (findings.length === 0 && error === null)
    return (
      <div className="note ok">
        <strong>{t('import.fine')}</strong>
      </div>
    );
  return (
    <ul className="stack">
      {error === null ? null : (
        <li>
          <Failure error={error} />
        </li>
      )}
      {findings.map((finding, n) => {
        const place = placeOf(plan.id, finding, devicesOf);
        const remedy = remedyOf(finding, place);
        return (
          <li key={n} className={`note ${finding.blocking ? 'bad' : 'warn'}`}>
            <Words finding={finding} />
            <div className="row">
              {remedy === null ? null : (
                <Button busy={busy === remedy.text} onClick={() => void change(remedy.text, () => remedy.run())}>
                  {remedy.text}
                </Button>
              )}
              {FOLDERS.has(finding.messageId) ? (
                <Button
                  icon="folder"
                  onClick={() => ask((close) => <FolderDialog plan={plan.id} onDone={onChanged} onClose={close} />)}
                >
                  {t('import.folder')}
                </Button>
              ) : null}
              {place === null ? null : (
                <Button icon={SHOW[place.section][0]} onClick={() => onShow(place)}>
                  {t(SHOW[place.section][1])}
                </Button>
              )}
            </div>
          </li>
        );
      })}
      {plan.saved ? (
        <li>
          <Button
            busy={busy === 'state'}
            onClick={() => void change('state', () => send('POST', `/${of}/discard-saved-state`, {}))}
          >
            {t('import.discardState')}
          </Button>
        </li>
      ) : null}
    </ul>
  );
};

/** In words of this console; what a program would do stands behind. The service's own sentence names files and limits. */
const Words = ({ finding }: { readonly finding: Finding }): ReactNode => {
  const { messageId, blocking, message, actions } = finding;
  const title = word('finding', messageId);
  // Some stand in the way of a machine, and are only told of a checkpoint.
  const told = word('note', messageId);
  const helps = blocking || told === messageId ? word('fix', messageId) : told;
  const known = helps !== messageId;
  return (
    <>
      <div className="row" style={{ flexWrap: 'nowrap', alignItems: 'baseline' }}>
        <Icon name={blocking ? 'error' : 'warn'} />
        <strong>
          {blocking ? t('finding.blocking') : t('finding.hint')}
          {title === messageId ? '' : `: ${title}`}
        </strong>
        <span className="small muted num" style={{ whiteSpace: 'nowrap' }}>
          {messageId}
        </span>
      </div>
      <span lang="en">{message}</span>
      {known ? (
        <span>
          <strong>{t('job.fix')}</strong> {helps}
        </span>
      ) : null}
      {actions.length === 0 ? null : known ? (
        <details className="small">
          <summary>{t('finding.api')}</summary>
          <span lang="en">{actions.join(' ')}</span>
        </details>
      ) : (
        actions.map((action) => (
          <span key={action} lang="en">
            <strong>{t('job.fix')}</strong> {action}
          </span>
        ))
      )}
    </>
  );
};
