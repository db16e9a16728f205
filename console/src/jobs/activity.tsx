import type { ReactNode } from 'react';
import type { Job } from '../api/types.ts';
import { bytes, t, word } from '../i18n/index.ts';

/** What a job does at the moment, in words, and with how much of which file. */
export const Activity = ({ job: { activity } }: { readonly job: Pick<Job, 'activity'> }): ReactNode => {
  if (activity === null) return null;
  const { text, file } = activity;
  return (
    <span className="small" style={{ overflowWrap: 'anywhere' }}>
      {word('step', text)}
      {file === null ? null : (
        <>
          {': '}
          <code>{file.name}</code>{' '}
          <span className="num">{t('step.bytes', { done: bytes(file.doneBytes), total: bytes(file.totalBytes) })}</span>
        </>
      )}
    </span>
  );
};
