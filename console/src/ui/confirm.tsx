import { type ReactNode, useState } from 'react';
import { t } from '../i18n/index.ts';
import { Button, Dialog, Failure } from './basics.tsx';

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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await run();
      onClose();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {error === null ? null : <Failure error={error} />}
      <div className="foot">
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button look={danger ? 'danger' : 'primary'} busy={busy} onClick={() => void confirm()}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
};
