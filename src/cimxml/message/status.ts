import { CIM_ERRORS, CimError } from '../../cim/errors.ts';

/** Statuses that only this protocol has (DSP0200 §5.2.5, wire-cimxml §6); all others are rows of cim/errors. */
export const PROTOCOL_STATUS = {
  notFound: 6,
  invalidEnumerationContext: 21,
  invalidOperationTimeout: 22,
  pullCannotBeAbandoned: 24,
  filteredEnumerationNotSupported: 25,
  continuationOnErrorNotSupported: 26,
  serverLimitsExceeded: 27,
} as const;

/** A failure of an operation of this protocol; the message is for the client and says what to do. */
export class StatusError extends Error {
  readonly status: number;
  constructor(name: keyof typeof PROTOCOL_STATUS, message: string) {
    super(message);
    this.name = 'StatusError';
    this.status = PROTOCOL_STATUS[name];
  }
}

export interface CallFailure {
  readonly status: number;
  readonly description: string;
}

/** What a client is told; undefined for a defect of ours, of which it is told nothing. */
export function failureOf(error: unknown): CallFailure | undefined {
  if (error instanceof StatusError) return { status: error.status, description: error.message };
  if (!(error instanceof CimError)) return undefined;
  const { status, hresult } = CIM_ERRORS[error.code];
  // Where the number says nothing the HRESULT that Windows has for it goes along.
  const description = status === 1 ? `${error.message} (0x${hresult.toString(16).toUpperCase()})` : error.message;
  return { status, description };
}
