import type { ReactNode } from 'react';
import { Dialog } from './basics.tsx';
import { DialogFoot } from './dialog-foot.tsx';
import { useSending } from './sending.ts';

/** Asks before what cannot be taken back; stays open with the reason when it was refused. */
export const Confirm = ({
  title,
  action,
  danger = true,
  run,
  onClose,
  children,
}: {
  readonly title: string;
  readonly action: string;
  readonly danger?: boolean;
  /** Resolves when it is under way or done; the dialog closes then. */
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactNode => {
  const { busy, error, send } = useSending(title, run, onClose);
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <DialogFoot
        action={action}
        look={danger ? 'danger' : 'primary'}
        busy={busy}
        error={error}
        onSend={() => void send()}
        onClose={onClose}
      />
    </Dialog>
  );
};
