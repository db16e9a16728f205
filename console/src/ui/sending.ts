import { useState } from 'react';
import { useTold } from './told.ts';

/** A refusal that its dialog shows at the field that it is about, while it is there. */
export class ToldAtField extends Error {
  constructor(problem: unknown) {
    super('refused', { cause: problem });
    this.name = 'ToldAtField';
  }
}

/**
 * What a dialog sends: once at a time, and it closes when that is under way or done. `error`: why it was refused. Esc closes it while it
 * sends, too: then it closes nothing more, for another dialog may be open by then.
 */
export const useSending = (
  title: string,
  run: () => Promise<unknown>,
  onClose: () => void,
): { readonly busy: boolean; readonly error: unknown; readonly send: () => Promise<void> } => {
  const [busy, setBusy] = useState(false);
  const { error, tell, isShown } = useTold(title);
  const send = async (): Promise<void> => {
    setBusy(true);
    tell(null);
    try {
      await run();
      if (isShown()) onClose();
    } catch (problem) {
      if (!(problem instanceof ToldAtField)) tell(problem);
      else if (!isShown()) tell(problem.cause);
      setBusy(false);
    }
  };
  return { busy, error, send };
};
