import type { Caller } from '../cim/operations.ts';

/** What somebody changed in a front end itself, of which the broker knows nothing. */
export interface Change {
  readonly caller: Caller;
  readonly protocol: 'wsman' | 'cimxml' | 'rest';
  readonly what: string;
  /** What it was about. */
  readonly objects: readonly string[];
  readonly requestId: string | null;
}

/** For the audit trail; resolves when it has it. */
export type TellChange = (change: Change) => Promise<void>;
