import { useState } from 'react';

/** What a dialog sends: once at a time, and it closes when that is under way or done. `error`: why it was refused. */
export const useSending = (
  run: () => Promise<unknown>,
  onClose: () => void,
): { readonly busy: boolean; readonly error: unknown; readonly send: () => Promise<void> } => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const send = async (): Promise<void> => {
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
  return { busy, error, send };
};
