import { ConnectionError } from './connection.ts';
import { JobGoesOnError } from './patience.ts';

/** Takes a change back. */
export type Undo = () => Promise<void>;

/**
 * The rest of a change of several calls, or none of it. Why it was refused matters more than what became of that. A job that goes on
 * was not refused, and nobody knows what became of a call whose connection broke: half of it would be taken back.
 */
export const orElse = async <T>(undo: Undo, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const isRefused = !(error instanceof JobGoesOnError || error instanceof ConnectionError);
    if (isRefused) await undo().catch(() => undefined);
    throw error;
  }
};
