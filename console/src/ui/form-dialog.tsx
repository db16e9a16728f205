import type { FormEvent, ReactNode } from 'react';
import { t } from '../i18n/index.ts';
import { Button, Dialog, Failure } from './basics.tsx';
import { useSending } from './sending.ts';

/** A form that is sent as a whole; stays open with the reason when it was refused. */
export const FormDialog = ({
  title,
  action,
  disabled = false,
  run,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly disabled?: boolean;
  /** Resolves when it is under way or done; the dialog closes then. */
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode => {
  const { busy, error, send } = useSending(title, run, onClose);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // A form that this one was opened from is not sent with it.
    event.stopPropagation();
    void send();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        {children}
        {error === null ? null : <Failure error={error} />}
        <div className="foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={disabled}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
