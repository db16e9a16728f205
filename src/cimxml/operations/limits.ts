/** Bounds of the front end (K4, hardening 19). */
export interface CimxmlLimits {
  /** Bytes of a request body; above it 413. */
  readonly maxRequestBytes: number;
  /** Time for an operation, ms; what a method starts as a job goes on. */
  readonly operationMs: number;
  /** Open enumerations of one user. */
  readonly maxOperationsPerUser: number;
  /** Objects of one pull, whatever the client asks for. */
  readonly maxPullObjects: number;
  /** Characters of the objects of one pull; one object may be larger. */
  readonly maxPullCharacters: number;
  /** Values of one array that a method gives back: each is an element of the reply, a picture has millions of them. */
  readonly maxOutputValues: number;
  /** Longest OperationTimeout that a client may ask for, s. */
  readonly maxPullTimeout: number;
  /** Enumerations whose client names no timeout are dropped after this, ms. */
  readonly pullIdleMs: number;
}

export const DEFAULT_CIMXML_LIMITS: CimxmlLimits = {
  maxRequestBytes: 16 << 20,
  operationMs: 60_000,
  maxOperationsPerUser: 1500,
  maxPullObjects: 10_000,
  maxPullCharacters: 4 << 20,
  maxOutputValues: 2 << 20,
  maxPullTimeout: 3600,
  pullIdleMs: 60_000,
};
