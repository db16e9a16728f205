import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Job } from '../api/types.ts';
import { useMay } from '../app/session.tsx';
import { percent, t, word } from '../i18n/index.ts';
import { Bar, Button } from '../ui/basics.tsx';
import { toastProblem } from '../ui/toasts.tsx';

/** How far a job is that a dialog has begun, and its end by hand. `begun`: as it was then; the event stream tells the rest. */
export const JobProgress = ({ begun }: { readonly begun: Job }): ReactNode => {
  const { data } = useQuery(queries.jobs);
  const operator = useMay('operator');
  const [cancelling, setCancelling] = useState(false);
  const job = data?.find(({ id }) => id === begun.id) ?? begun;
  const title = word('work', job.description);
  const cancel = async (): Promise<void> => {
    setCancelling(true);
    await send('POST', `/jobs/${job.id}/cancel`, {}).catch((error: unknown) => toastProblem(t('job.cancel'), error));
    setCancelling(false);
  };
  return (
    <div className="stack" style={{ gap: '0.5rem' }}>
      <div className="row">
        <div className="meter grow">
          <Bar percent={job.percent} label={title} />
          <span className="num small">{percent(job.percent)}</span>
        </div>
        {job.cancellable && operator ? (
          <Button busy={cancelling} onClick={() => void cancel()}>
            {t('job.cancel')}
          </Button>
        ) : null}
      </div>
      <p className="small muted" role="status">
        {t('job.goesOn')}
      </p>
    </div>
  );
};
