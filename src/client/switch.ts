/** A virtual Ethernet switch as lists show it. */
export interface VirtualSwitch {
  readonly id: string;
  readonly name: string;
  /** `found`: a bridge of the host that the service did not make. */
  readonly kind: 'nat' | 'private' | 'internal' | 'external' | 'found';
  /** Adapter of the host behind it; null: none. */
  readonly adapter: string | null;
  /** Is the host a station on it? */
  readonly host: boolean;
  readonly notes: string;
}

export interface HostAdapter {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  readonly bound: boolean;
}

export interface NewSwitch {
  readonly name: string;
  readonly notes: string;
  /** Name of an adapter of the host; null: none. */
  readonly adapter: string | null;
  readonly host: boolean;
}

/** What an adapter of the host that nothing has is called in a refusal. */
export const HOST_ADAPTER = 'network adapter';
