import { CIM_ERRORS, type CimError, type CimErrorCode } from '../../cim/errors.ts';
import { WsmanFault } from './fault.ts';
import type { FaultName } from './fault-table.ts';

/** What failed, for the mapping and for the nested provider detail. */
export interface FailedOperation {
  /** WMI's name of the call: GetObject, ExecQuery, ExecMethod, … */
  readonly operation: string;
  readonly parameterInfo: string | null;
  readonly kind: 'object' | 'query' | 'invoke' | 'subscribe';
}

/** Outside queries (spec §11, WBEM -> fault). */
const OBJECT_FAULTS: Readonly<Record<CimErrorCode, FaultName>> = {
  failed: 'internalError',
  accessDenied: 'accessDenied',
  invalidNamespace: 'invalidResourceUri',
  invalidParameter: 'invalidParameter',
  invalidClass: 'resourceNotFound',
  notFound: 'resourceNotFound',
  notSupported: 'notCapable',
  providerNotCapable: 'notCapable',
  alreadyExists: 'alreadyExists',
  noSuchProperty: 'invalidValues',
  typeMismatch: 'parameterType',
  invalidQueryLanguage: 'cannotProcessFilter',
  invalidQuery: 'cannotProcessFilter',
  methodNotAvailable: 'actionNotSupported',
  methodNotFound: 'actionNotSupported',
  invalidObjectPath: 'invalidParameter',
  quotaExceeded: 'quotaLimit',
  registrationTooBroad: 'eventFilter',
  registrationTooPrecise: 'eventFilter',
  unparsableQuery: 'cannotProcessFilter',
  notEventClass: 'eventFilter',
  groupWithoutWithin: 'eventFilter',
  missingAggregationList: 'eventFilter',
  propertyNotAnObject: 'eventFilter',
  aggregatingByObject: 'eventFilter',
  timedOut: 'timedOut',
};

/** In queries these mean that the query is wrong, not the resource. */
const QUERY_ERRORS: ReadonlySet<CimErrorCode> = new Set<CimErrorCode>([
  'invalidParameter',
  'invalidClass',
  'notFound',
  'noSuchProperty',
  'typeMismatch',
  'invalidQueryLanguage',
  'invalidQuery',
  'invalidObjectPath',
  'unparsableQuery',
  'registrationTooBroad',
  'registrationTooPrecise',
  'notEventClass',
  'groupWithoutWithin',
  'missingAggregationList',
  'propertyNotAnObject',
  'aggregatingByObject',
]);

function faultNameOf(code: CimErrorCode, kind: FailedOperation['kind']): FaultName {
  if (kind === 'subscribe' && QUERY_ERRORS.has(code)) return 'eventFilter';
  if (kind === 'query' && QUERY_ERRORS.has(code)) return 'cannotProcessFilter';
  return OBJECT_FAULTS[code];
}

export function faultOfCimError(error: CimError, failed: FailedOperation): WsmanFault {
  const { status, hresult } = CIM_ERRORS[error.code];
  const name = faultNameOf(error.code, failed.kind);
  return new WsmanFault(name, error.message === '' ? undefined : error.message, {
    provider: { operation: failed.operation, parameterInfo: failed.parameterInfo, status, hresult },
    ...(name === 'internalError' ? { wsman: hresult } : {}),
    cause: error,
  });
}
