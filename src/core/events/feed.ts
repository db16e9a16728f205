import type { DomainChange, DomainFeed } from './change.ts';

/** The end of the feed that the domain holds. */
export interface DomainPublisher {
  /** Call after the change is durable, in commit order. Does not wait and does not throw. */
  publish(change: DomainChange): void;
}

/**
 * `onError` hears of a listener that broke its promise not to throw; the other listeners still get the change.
 * By default the error is thrown in a turn of its own, where the process's last handler sees it.
 */
export const createFeed = (onError: (error: unknown) => void = throwLater): DomainFeed & DomainPublisher => {
  const listeners = new Set<(change: DomainChange) => void>();
  const waiting: DomainChange[] = [];
  let publishing = false;
  return {
    listen(listener) {
      // A wrapper of its own, so that one function may listen twice and stop once.
      const entry = (change: DomainChange): void => listener(change);
      listeners.add(entry);
      return () => {
        listeners.delete(entry);
      };
    },
    publish(change) {
      waiting.push(change);
      // A change published by a listener goes after the one it hears now, so that all hear the same order.
      if (publishing) return;
      publishing = true;
      try {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          for (const listener of [...listeners]) {
            try {
              if (listeners.has(listener)) listener(next);
            } catch (error) {
              onError(error);
            }
          }
        }
      } finally {
        publishing = false;
      }
    },
  };
};

const throwLater = (error: unknown): void => {
  setImmediate(() => {
    throw error;
  });
};
