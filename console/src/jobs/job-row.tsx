import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { reasonsOf, remediesOf } from '../api/reasons.ts';
import type { Job } from '../api/types.ts';
import { hasFailed, isOver } from '../api/work.ts';
import { useMay } from '../app/session.tsx';
import { dateTime, duration, percent, t, word } from '../i18n/index.ts';
import { Bar, Button } from '../ui/basics.tsx';
import { Icon, Spinner } from '../ui/icons.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { Activity } from './activity.tsx';

/** One job: how far it is; how it ended; why it failed and what helps. */
export const JobRow = ({ job, children }: { readonly job: Job; readonly children?: ReactNode }): ReactNode => {
  const [cancelling, setCancelling] = useState(false);
  const operator = useMay('operator');
  const over = isOver(job);
  const failed = hasFailed(job);
  const tone = !over ? 'busy' : failed ? 'bad' : job.state === 'completedWithWarnings' ? 'warn' : 'ok';
  const cancel = async (): Promise<void> => {
    setCancelling(true);
    await send('POST', `/jobs/${job.id}/cancel`, {}).catch((error: unknown) => toastProblem(t('cancel'), error));
    setCancelling(false);
  };
  return (
    <li className="job">
      <span className={`state tone-${tone}`}>
        {over ? <Icon name={failed ? 'error' : tone === 'warn' ? 'warn' : 'check'} /> : <Spinner />}
        <span className="sr">{word('job', job.state)}</span>
      </span>
      <div className="grow stack" style={{ gap: '0.35rem' }}>
        <div className="row">
          <strong>{word('work', job.description)}</strong>
          {children}
        </div>
        {over ? null : <Activity job={job} />}
        {over ? null : (
          <div className="meter">
            <Bar percent={job.percent} label={word('work', job.description)} />
            <span className="num small">{percent(job.percent)}</span>
          </div>
        )}
        {job.error === null ? null : (
          <div className={failed ? 'note bad' : 'note warn'}>
            {reasonsOf(job.error).map((text) => (
              <span key={text} lang="en">
                {text}
              </span>
            ))}
            {remediesOf(job.error).map((action) => (
              <span key={action}>
                <strong>{t('job.fix')}</strong> <span lang="en">{action}</span>
              </span>
            ))}
            {job.error.returnValue === null ? null : (
              <span className="small muted num">{t('job.code', { code: job.error.returnValue })}</span>
            )}
          </div>
        )}
        <div className="small muted">
          {word('job', job.state)} · {job.owner} · {dateTime(job.submittedAt)} · {duration(job.elapsedSeconds)}
        </div>
      </div>
      {!over && job.cancellable && operator ? (
        <Button busy={cancelling} onClick={() => void cancel()}>
          {t('cancel')}
        </Button>
      ) : null}
    </li>
  );
};
