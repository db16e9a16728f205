/** What a console shows. `port`: a serial port's id, as in `GET /vms/{id}/devices`. */
export type ConsoleKind = { readonly kind: 'screen' } | { readonly kind: 'serial'; readonly port: string };

/** The unix socket behind a console, or why there is none. */
export type ConsoleTarget =
  | { readonly socket: string }
  /** `off`: the machine does not run. `none`: it has no such console, and `reason` says why. */
  | { readonly missing: 'off' | 'none'; readonly reason: string };

/** Where the consoles of machines are; the program gives it. */
export interface ConsoleTargets {
  find(machine: string, wanted: ConsoleKind): Promise<ConsoleTarget>;
}
