import type { Instant } from '../core/model.ts';

/** How long the simulated guest takes, in milliseconds of its running time. */
export interface GuestTimes {
  readonly bootMs: number;
  readonly shutdownMs: number;
}

/**
 * A guest as plain data: all it does follows from the time, so that thousands of idle ones cost nothing, and a record
 * of it is enough to go on after a restart of the service. Times with `...At` count the guest's own running time.
 */
export interface GuestState {
  /** Running time up to `since`. */
  readonly ranMs: number;
  /** Running since then; null: paused. */
  readonly since: Instant | null;
  readonly bootedAt: number;
  /** Told to go down; `at` is when it will be. */
  readonly pending: { readonly kind: 'off' | 'reboot'; readonly at: number } | null;
  readonly hung: boolean;
  /** What its clock shows less its running time: set when it boots, and by the host. */
  readonly clockOffset: number;
  /** A word of its memory: grows by the letter `w` on a serial port, survives save and restore, not a reset. */
  readonly word: number;
}

export const freshGuest = (now: Instant, paused: boolean): GuestState => ({
  ranMs: 0,
  since: paused ? null : now,
  bootedAt: 0,
  pending: null,
  hung: false,
  clockOffset: now,
  word: 0,
});

/** By how much the clock of a guest that runs is behind: it stood still while the guest did. */
export const clockBehind = ({ ranMs, since, clockOffset }: GuestState): number =>
  since === null ? 0 : since - ranMs - clockOffset;

export const withClockSet = (guest: GuestState): GuestState => ({
  ...guest,
  clockOffset: guest.clockOffset + clockBehind(guest),
});

export const ranAt = (guest: GuestState, now: Instant): number =>
  guest.ranMs + (guest.since === null ? 0 : Math.max(now - guest.since, 0));

export const freeze = (guest: GuestState, now: Instant): GuestState => ({
  ...guest,
  ranMs: ranAt(guest, now),
  since: null,
});

export const thaw = (guest: GuestState, now: Instant): GuestState =>
  guest.since === null ? { ...guest, since: now } : guest;

export const isUp = (guest: GuestState, now: Instant, times: GuestTimes): boolean =>
  !guest.hung && ranAt(guest, now) - guest.bootedAt >= times.bootMs;

/** Memory is lost, the guest begins to boot. */
export const rebooted = (guest: GuestState, at: number): GuestState => ({
  ...withClockSet(guest),
  bootedAt: at,
  pending: null,
  hung: false,
  word: 0,
});

/** The guest hears the request only when it is up; a second request changes nothing. */
export const askedDown = (guest: GuestState, now: Instant, kind: 'off' | 'reboot', times: GuestTimes): GuestState =>
  !isUp(guest, now, times) || guest.pending !== null
    ? guest
    : { ...guest, pending: { kind, at: ranAt(guest, now) + times.shutdownMs } };
