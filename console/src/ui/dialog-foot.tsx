import { type ReactNode, useContext } from 'react';
import { t } from '../i18n/index.ts';
import { Button, Failure } from './basics.tsx';
import { GoneContext } from './gone.ts';

/** The end of a dialog that sends something: why it was refused, that there is nothing to send it to any more, its two buttons. */
export const DialogFoot = ({
  action,
  look,
  disabled = false,
  busy,
  goesOn = false,
  error,
  onSend,
  onClose,
}: {
  readonly action: string;
  readonly look: 'primary' | 'danger';
  readonly disabled?: boolean;
  readonly busy: boolean;
  /** What was sent is under way, and closing the dialog cancels nothing. */
  readonly goesOn?: boolean;
  readonly error: unknown;
  /** Not given: the form around it sends. */
  readonly onSend?: () => void;
  readonly onClose: () => void;
}): ReactNode => {
  const subject = useContext(GoneContext);
  // What is being sent may be what makes it go.
  const gone = busy ? null : subject;
  return (
    <>
      {error === null ? null : <Failure error={error} />}
      {gone === null ? null : (
        <p className="note warn" role="alert">
          {gone}
        </p>
      )}
      <div className="foot">
        <Button onClick={onClose}>{t(gone === null && !goesOn ? 'cancel' : 'close')}</Button>
        <Button
          look={look}
          type={onSend === undefined ? 'submit' : 'button'}
          busy={busy}
          disabled={disabled || gone !== null}
          onClick={onSend}
        >
          {action}
        </Button>
      </div>
    </>
  );
};
