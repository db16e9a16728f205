import { useLayoutEffect, useSyncExternalStore } from 'react';

/** What its user is asked before what was typed is lost. */
interface Question {
  /** What was asked for: another page, the end of the session. */
  readonly go: () => void;
  readonly stay: () => void;
}

/** Forms that hold what is not saved. */
const holders = new Set<symbol>();
const listeners = new Set<() => void>();
let question: Question | null = null;

const put = (next: Question | null): void => {
  question = next;
  for (const listener of listeners) listener();
};

/** Goes at once, or when its user agrees that what is not saved is lost; otherwise stays. */
export const leave = (go: () => void, stay: () => void = () => {}): void => {
  if (holders.size === 0) go();
  else put({ go, stay });
};

/** The same for what loads the page anew: the browser does not ask once more. */
export const leaveForGood = (go: () => void): void =>
  leave(() => {
    removeEventListener('beforeunload', onUnload);
    go();
  });

export const answer = (goes: boolean): void => {
  const asked = question;
  if (asked === null) return;
  put(null);
  if (goes) asked.go();
  else asked.stay();
};

/** There is nothing to ask about any more. */
export const withdraw = (): void => {
  if (question !== null) put(null);
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useIsAsked = (): boolean => useSyncExternalStore(subscribe, () => question !== null);

/** The words of a browser that is about to close or reload the page. */
const onUnload = (event: BeforeUnloadEvent): void => event.preventDefault();

/**
 * A form that holds what is not saved is not left without a question. When it is saved while that is asked, or is no more because others
 * have deleted what it is about, the question has answered itself.
 */
export const useUnsaved = (unsaved: boolean): void =>
  useLayoutEffect(() => {
    if (!unsaved) return;
    const form = Symbol('form');
    holders.add(form);
    addEventListener('beforeunload', onUnload);
    return () => {
      holders.delete(form);
      if (holders.size > 0) return;
      removeEventListener('beforeunload', onUnload);
      answer(true);
    };
  }, [unsaved]);
