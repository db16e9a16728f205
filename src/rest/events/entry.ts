export type Change = 'created' | 'changed' | 'deleted';

/** Kinds of events that have a position. */
export const EVENT_KINDS = ['vm', 'checkpoint', 'plan', 'job', 'switch'] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One event as streams tell it. */
export interface Entry {
  readonly position: number;
  readonly kind: EventKind;
  /** JSON. */
  readonly data: string;
}
