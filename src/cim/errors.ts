import type { CimInstance } from './instance.ts';

/** One row per failure a CIM server reports: DMTF status (DSP0200), WMI HRESULT (spec jobs-and-errors §8, wql §7). */
export const CIM_ERRORS = {
  failed: { status: 1, hresult: 0x80041001 },
  accessDenied: { status: 2, hresult: 0x80041003 },
  invalidNamespace: { status: 3, hresult: 0x8004100e },
  invalidParameter: { status: 4, hresult: 0x80041008 },
  invalidClass: { status: 5, hresult: 0x80041010 },
  notFound: { status: 6, hresult: 0x80041002 },
  notSupported: { status: 7, hresult: 0x8004100c },
  providerNotCapable: { status: 7, hresult: 0x80041024 },
  alreadyExists: { status: 11, hresult: 0x80041019 },
  noSuchProperty: { status: 12, hresult: 0x80041031 },
  typeMismatch: { status: 13, hresult: 0x80041005 },
  invalidQueryLanguage: { status: 14, hresult: 0x80041018 },
  invalidQuery: { status: 15, hresult: 0x80041017 },
  methodNotAvailable: { status: 16, hresult: 0x80041055 },
  methodNotFound: { status: 17, hresult: 0x80041053 },
  invalidObjectPath: { status: 4, hresult: 0x8004103a },
  quotaExceeded: { status: 27, hresult: 0x8004106c },
  registrationTooBroad: { status: 15, hresult: 0x80042001 },
  registrationTooPrecise: { status: 15, hresult: 0x80042002 },
  unparsableQuery: { status: 15, hresult: 0x80041058 },
  notEventClass: { status: 15, hresult: 0x80041059 },
  groupWithoutWithin: { status: 15, hresult: 0x8004105a },
  missingAggregationList: { status: 15, hresult: 0x8004105b },
  propertyNotAnObject: { status: 15, hresult: 0x8004105c },
  aggregatingByObject: { status: 15, hresult: 0x8004105d },
  timedOut: { status: 1, hresult: 0x80041032 },
} as const satisfies Record<string, { status: number; hresult: number }>;

export type CimErrorCode = keyof typeof CIM_ERRORS;

/** A failure of a CIM operation; the message is for the client and says what to do. */
export class CimError extends Error {
  readonly code: CimErrorCode;
  /** `invalidParameter` names the parameter here; `notFound` the object. */
  readonly subject: string | null;
  /** An Msvm_Error or __ExtendedStatus that goes along when the transport can carry it. */
  readonly extended: CimInstance | null;
  constructor(
    code: CimErrorCode,
    message: string,
    options: { subject?: string; extended?: CimInstance; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CimError';
    this.code = code;
    this.subject = options.subject ?? null;
    this.extended = options.extended ?? null;
  }
}
