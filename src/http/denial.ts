import type { Caller } from '../cim/operations.ts';

/** A request of somebody who is known, turned away before the broker was asked. */
export interface Denial {
  readonly caller: Caller;
  readonly protocol: 'wsman' | 'cimxml' | 'rest';
  /** What was asked for, as far as it is known. */
  readonly what: string;
  readonly reason: string;
  readonly requestId: string | null;
}

/** For the audit trail; resolves when it has it. */
export type TellDenial = (denial: Denial) => Promise<void>;
