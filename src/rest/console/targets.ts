import type { Caller } from '../../cim/operations.ts';

/** What a console shows. `port`: a serial port's id, as in `GET /vms/{id}/devices`. */
export type ConsoleKind = { readonly kind: 'screen' } | { readonly kind: 'serial'; readonly port: string };

/** The unix socket behind a console, or why there is none. */
export type ConsoleTarget =
  | { readonly socket: string }
  /** `off`: the machine does not run. `none`: it has no such console, and `reason` says why. */
  | { readonly missing: 'off' | 'none'; readonly reason: string };

/** Somebody opens a console, or may not. */
export interface ConsoleOpening {
  readonly caller: Caller;
  readonly machine: string;
  readonly wanted: ConsoleKind;
  readonly allowed: boolean;
  readonly requestId: string | null;
}

/** Where the consoles of machines are; the program gives it. */
export interface ConsoleTargets {
  find(machine: string, wanted: ConsoleKind): Promise<ConsoleTarget>;
  /** Resolves when it is in the audit trail. */
  note(opening: ConsoleOpening): Promise<void>;
}
