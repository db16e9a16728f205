import type { Caller } from '../../cim/operations.ts';

/** Who asks, and by what. */
export interface Identity {
  readonly caller: Caller;
  readonly by: 'session' | 'token' | 'other';
  /** Is who asked still let in? Asked by what outlives the head of a request. */
  readonly lives: () => boolean;
  /** Of a session. */
  readonly session?: { readonly id: string; readonly csrfToken: string; readonly expiresAt: string };
  /** Of a token. */
  readonly tokenId?: string;
  readonly expiresAt?: string;
}
