import { StillRunning } from '../management/management.ts';

/** Takes a change back. */
export type Undo = () => Promise<void>;

/** The rest of a change, or none of it. Why it was refused matters more than what became of that. */
export const orElse = async (undo: Undo, work: () => Promise<void>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StillRunning)) await undo().catch(() => undefined);
    throw error;
  }
};
