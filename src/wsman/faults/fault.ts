import { FAULTS, type FaultName, type FaultRow } from './fault-table.ts';

/** What WMI tells about an error that came out of a provider; nested in the fault (spec §11). */
export interface ProviderDetail {
  /** WMI's name of the operation, e.g. `ExecQuery`. */
  readonly operation: string;
  /** The query, path or method that failed. */
  readonly parameterInfo: string | null;
  /** DMTF status and HRESULT of the cause. */
  readonly status: number;
  readonly hresult: number;
}

export interface FaultOptions {
  readonly provider?: ProviderDetail;
  /** `Code` of f:WSManFault when the row's own does not say it ("any other WBEM error", spec §11). */
  readonly wsman?: number;
  /** Namespace and name of a header that was not understood. */
  readonly notUnderstood?: { readonly ns: string; readonly local: string };
  readonly cause?: unknown;
}

/** A failure that the client sees as a SOAP fault. The message is for the client and says what to do. */
export class WsmanFault extends Error {
  readonly fault: FaultName;
  readonly provider: ProviderDetail | null;
  readonly wsman: number;
  readonly notUnderstood: { readonly ns: string; readonly local: string } | null;

  constructor(fault: FaultName, message?: string, options: FaultOptions = {}) {
    super(message ?? FAULTS[fault].reason, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'WsmanFault';
    this.fault = fault;
    this.provider = options.provider ?? null;
    this.wsman = options.wsman ?? FAULTS[fault].wsman;
    this.notUnderstood = options.notUnderstood ?? null;
  }

  get row(): FaultRow {
    return FAULTS[this.fault];
  }
}
