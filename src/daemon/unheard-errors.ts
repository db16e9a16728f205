import type { Logger } from 'pino';

/**
 * The last to hear of an error that no request and no job waits for. A promise that fails unheard is a mistake of ours, and the
 * work that it belonged to has failed; nothing else has, and what a client can bring about must not end the service of all. So it
 * is logged and counted. After an exception that is thrown through the event loop nobody knows what was left half-done: the
 * process ends, guests go on, and the next service takes them over from its store (decision 48). Answers how many
 * there were.
 */
export const hearErrors = (log: Logger): (() => number) => {
  let unheard = 0;
  process.on('unhandledRejection', (reason) => {
    unheard += 1;
    log.error({ err: reason }, 'an error that nobody waited for; the service goes on');
  });
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'an error that nobody caught; the service ends, guests go on');
    process.exit(1);
  });
  return () => unheard;
};
