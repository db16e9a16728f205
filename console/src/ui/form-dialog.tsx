import { type FormEvent, type ReactNode, useContext, useState } from 'react';
import { Dialog } from './basics.tsx';
import { DialogFoot } from './dialog-foot.tsx';
import { GoneContext } from './gone.ts';
import { useSending } from './sending.ts';
import { TypedContext } from './typed.ts';

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
  const [typed, setTyped] = useState(false);
  // What cannot be sent any more is not worth a question, nor what is on its way.
  const sendable = useContext(GoneContext) === null && !busy;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // A form that this one was opened from is not sent with it.
    event.stopPropagation();
    void send();
  };
  return (
    <Dialog title={title} unsaved={typed && sendable} onClose={onClose}>
      <form
        className="stack"
        onSubmit={submit}
        onInput={({ currentTarget, target }) => {
          if (target instanceof Node && currentTarget.contains(target)) setTyped(true);
        }}
      >
        <TypedContext value={() => setTyped(true)}>{children}</TypedContext>
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
