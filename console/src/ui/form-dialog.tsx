import type { FormEvent, ReactNode } from 'react';
import { Dialog } from './basics.tsx';
import { DialogFoot } from './dialog-foot.tsx';
import { useSending } from './sending.ts';

/** A form that is sent as a whole; stays open with the reason when it was refused. */
export const FormDialog = ({
  title,
  action,
  disabled = false,
  run,
  underWay = null,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly disabled?: boolean;
  /** Resolves when it is under way or done; the dialog closes then. */
  readonly run: () => Promise<unknown>;
  /** How far it is; it goes on when the dialog is closed. */
  readonly underWay?: ReactNode;
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
        {underWay}
        <DialogFoot
          action={action}
          look="primary"
          disabled={disabled}
          busy={busy}
          goesOn={underWay !== null}
          error={error}
          onClose={onClose}
        />
      </form>
    </Dialog>
  );
};
