import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { sendTagged, type Tagged } from '../api/http.ts';
import { queries, type Verdict } from '../api/queries.ts';
import type { Job, Plan } from '../api/types.ts';
import { isOver, work } from '../api/work.ts';
import { goFromHere } from '../app/router.tsx';
import { leave } from '../ui/unsaved.ts';
import { count, megabytes, percent, t, word } from '../i18n/index.ts';
import { Activity } from '../jobs/activity.tsx';
import { Disks } from '../machines/disks.tsx';
import { Nics } from '../machines/nics.tsx';
import { SettingsForm } from '../machines/settings.tsx';
import { Bar, Button, Card, Facts, Failure, Loading } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { useTold } from '../ui/told.ts';
import { toast } from '../ui/toasts.tsx';
import { Findings } from './findings.tsx';

const SECTIONS = ['findings', 'disks', 'networks', 'settings'] as const;

/** A plan: what was found, what can be put right here, and the step to the machine. */
export const PlanView = ({ plan }: { readonly plan: Plan }): ReactNode => {
  const client = useQueryClient();
  const of = `plans/${plan.id}`;
  const [section, setSection] = useState<(typeof SECTIONS)[number]>('findings');
  /** Of the plan, or of the checkpoint that a finding is about; and the device that somebody was led to. */
  const [shown, setShown] = useState<{ readonly of: string; readonly marked: string | null }>({ of, marked: null });
  const [asked, setAsked] = useState(false);
  const { error, tell } = useTold(t('import.realize'));
  const [realizing, setRealizing] = useState(false);
  const devices = useQuery(queries.devices(of));
  const settings = useQuery(queries.settings(of));
  const judging = {
    // Anything that was changed may have put something right.
    queryKey: ['verdict', plan.id, devices.dataUpdatedAt, settings.dataUpdatedAt],
    queryFn: () => sendTagged<Verdict>('POST', `/${of}/validate`, {}),
    retry: false,
  };
  const verdict = useQuery({
    ...judging,
    enabled: devices.data !== undefined && settings.data !== undefined && !realizing,
    placeholderData: (before: Tagged<Verdict> | undefined) => before,
  });
  const findings = verdict.data?.value.findings;
  const blocking = findings?.filter((finding) => finding.blocking).length ?? 0;
  const realize = async (): Promise<void> => {
    const leave = goFromHere();
    setRealizing(true);
    tell(null);
    try {
      // A verdict under way is about something that was changed a moment ago. The click is not lost: it waits for that one, whatever
      // comes meanwhile (refetch() would answer with what the page shows by then).
      const seen = verdict.isFetching ? await client.fetchQuery(judging) : verdict.data;
      if (seen === undefined || !sameFindings(seen.value.findings, findings ?? [])) {
        setRealizing(false);
        setShown({ of, marked: null });
        setSection('findings');
        return;
      }
      // The plan that was looked at, and no other.
      const { tag } = seen;
      await work('POST', `/${of}/realize`, {}, tag === null ? {} : { 'if-match': tag });
      toast('ok', t('import.done', { name: plan.name }));
      leave('machines', plan.id);
    } catch (problem) {
      tell(problem);
      setRealizing(false);
      void client.invalidateQueries({ queryKey: ['verdict', plan.id] });
    }
  };
  return (
    <div className="stack">
      <Card>
        <Facts
          items={[
            [t('generation'), `${plan.generation} · ${t('version')} ${plan.version}`],
            [t('processors'), plan.processors],
            [t('memory'), megabytes(plan.memoryMb)],
            plan.saved ? [t('state'), t('import.saved')] : null,
            plan.missingCheckpoints.length === 0
              ? null
              : [t('import.missing'), plan.missingCheckpoints.map(({ name }) => name).join(', ')],
          ]}
        />
      </Card>
      <div className="tools" role="group" aria-label={t('tabs')} style={{ margin: 0 }}>
        {SECTIONS.map((name) => (
          <Button
            key={name}
            aria-pressed={section === name}
            look={section === name ? 'primary' : 'quiet'}
            onClick={() =>
              leave(() => {
                setShown({ of, marked: null });
                setSection(name);
              })
            }
          >
            {t(`plan.${name}`)}
            {name === 'findings' && findings !== undefined ? ` (${findings.length})` : ''}
          </Button>
        ))}
      </div>
      {section !== 'findings' && shown.of !== of ? <p className="muted">{t('plan.ofCheckpoint')}</p> : null}
      {section === 'findings' ? (
        findings === undefined ? (
          verdict.error === null ? (
            <Card>
              <Loading />
            </Card>
          ) : (
            <Failure error={verdict.error} retry={() => void verdict.refetch()} />
          )
        ) : (
          <Findings
            plan={plan}
            findings={findings}
            onShow={(place) => {
              setShown({ of: place.of, marked: place.device });
              setSection(place.section);
            }}
            onChanged={() => {
              for (const key of ['plans', 'devices', 'settings']) void client.invalidateQueries({ queryKey: [key] });
              void verdict.refetch();
            }}
          />
        )
      ) : section === 'disks' ? (
        <Disks of={shown.of} marked={shown.marked} />
      ) : section === 'networks' ? (
        <Nics of={shown.of} marked={shown.marked} />
      ) : (
        <SettingsForm of={of} machine={null} />
      )}
      {error === null ? null : <Failure error={error} />}
      <div className="savebar stack">
        {realizing ? <RealizeProgress plan={plan.id} /> : null}
        <div className="row">
          <Button
            look="primary"
            busy={realizing}
            disabled={findings === undefined || blocking > 0}
            onClick={() => leave(() => void realize())}
          >
            {t('import.realize')}
          </Button>
          {blocking > 0 ? <span className="told tone-bad">{count('import.blocked', blocking)}</span> : null}
          <span className="grow" />
          <Button look="danger" disabled={realizing} onClick={() => setAsked(true)}>
            {t('import.discard')}
          </Button>
        </div>
      </div>
      {asked ? (
        <Confirm
          title={t('import.discard')}
          action={t('import.discard')}
          onClose={() => setAsked(false)}
          run={async () => {
            const leave = goFromHere();
            await work('DELETE', `/${of}`);
            leave('imports');
          }}
        >
          <p>{t('import.discard.hint')}</p>
        </Confirm>
      ) : null}
    </div>
  );
};

/** What is found now was all on the page before. */
const sameFindings = (now: Verdict['findings'], before: Verdict['findings']): boolean => {
  const shown = new Set(before.map((finding) => JSON.stringify(finding)));
  return now.every((finding) => shown.has(JSON.stringify(finding)));
};

const RealizeProgress = ({ plan }: { readonly plan: string }): ReactNode => {
  const { data: jobs } = useQuery(queries.jobs);
  const job = jobs?.find(
    (candidate: Job) => !isOver(candidate) && candidate.affected?.some(({ id }) => id === plan) === true,
  );
  return (
    <div className="note" role="status">
      <strong>{job === undefined ? t('import.realizing') : word('work', job.description)}</strong>
      {job === undefined ? null : <Activity job={job} />}
      <div className="meter">
        <Bar percent={job?.percent ?? 0} label={t('import.realizing')} />
        <span className="num small">{percent(job?.percent ?? 0)}</span>
      </div>
    </div>
  );
};
