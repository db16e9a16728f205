/** What HTTP itself says is wrong with a message: the values of the header CIMError (DSP0200 §7.3, wire-cimxml §1). */
export const REFUSALS = {
  'request-not-valid': 400,
  'request-not-well-formed': 400,
  'header-mismatch': 400,
  'unsupported-protocol-version': 501,
  'unsupported-cim-version': 501,
  'unsupported-dtd-version': 501,
  'unsupported-operation': 501,
  'multiple-requests-unsupported': 501,
} as const satisfies Record<string, number>;

export type RefusalReason = keyof typeof REFUSALS;

/** A message that is not taken at all; what is wrong inside a message that was understood is a CimError. */
export class MessageRefusal extends Error {
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, message: string) {
    super(message);
    this.name = 'MessageRefusal';
    this.reason = reason;
  }

  get status(): number {
    return REFUSALS[this.reason];
  }
}
