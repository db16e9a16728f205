import { useEffect, useRef, useState } from 'react';
import { toastProblem } from './toasts.tsx';

interface Told {
  readonly error: unknown;
  /** Null: nothing is wrong, or no more. */
  readonly tell: (problem: unknown) => void;
  /** Whether what asked is still on the screen. */
  readonly isShown: () => boolean;
}

/** A refusal, for the page or the dialog that asked to show; when that was left meanwhile, it is told in a message of this title. */
export const useTold = (title: string): Told => {
  const [error, setError] = useState<unknown>(null);
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const tell = (problem: unknown): void => {
    if (shown.current) setError(problem);
    else if (problem !== null) toastProblem(title, problem);
  };
  return { error, tell, isShown: () => shown.current };
};
