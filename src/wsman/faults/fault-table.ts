/** Every fault this service can answer, one row each (spec wire-wsman §11). */
export interface FaultRow {
  /** QName of the SOAP code; its prefix is declared on the Envelope. */
  readonly code: 's:Sender' | 's:Receiver' | 's:VersionMismatch' | 's:MustUnderstand';
  /** QName of the subcode, or null for the two SOAP-level codes. */
  readonly subcode: string | null;
  /** Last part of the faultDetail URI. */
  readonly detail: string | null;
  /** `Code` of f:WSManFault. */
  readonly wsman: number;
  readonly reason: string;
}

const row = (
  code: FaultRow['code'],
  subcode: string | null,
  detail: string | null,
  wsman: number,
  reason: string,
): FaultRow => ({ code, subcode, detail, wsman, reason });

/** Codes of the two UnsupportedFeature rows without one in the spec, and of invalidSubscription, are uncertain (?). */
export const FAULTS = {
  resourceNotFound: row(
    's:Sender',
    'a:DestinationUnreachable',
    'ResourceNotFound',
    0x80338000,
    'The class or instance does not exist.',
  ),
  invalidResourceUri: row(
    's:Sender',
    'a:DestinationUnreachable',
    'InvalidResourceURI',
    0x8033803b,
    'The resource URI or its namespace is not known.',
  ),
  actionMismatch: row(
    's:Sender',
    'a:ActionNotSupported',
    'ActionMismatch',
    0x80338013,
    'The action does not fit the resource.',
  ),
  actionNotSupported: row('s:Sender', 'a:ActionNotSupported', null, 0x80338001, 'The action is not supported.'),
  versionMismatch: row('s:VersionMismatch', null, null, 0x8033800d, 'Only SOAP 1.2 is supported.'),
  mustUnderstand: row('s:MustUnderstand', null, null, 0x80338010, 'A header marked mustUnderstand is not understood.'),
  headerRequired: row(
    's:Sender',
    'a:MessageInformationHeaderRequired',
    null,
    0x80338011,
    'A required header is missing.',
  ),
  invalidHeader: row(
    's:Sender',
    'a:InvalidMessageInformationHeader',
    null,
    0x8033800f,
    'A header has an invalid value.',
  ),
  invalidTimeout: row(
    's:Sender',
    'a:InvalidMessageInformationHeader',
    'InvalidTimeout',
    0x8033800f,
    'The operation timeout is invalid.',
  ),
  malformedXml: row('s:Sender', 'w:SchemaValidationError', null, 0x80338041, 'The request is not well-formed XML.'),
  schemaValidation: row(
    's:Sender',
    'w:SchemaValidationError',
    null,
    0x80338043,
    'The request does not follow the schema of WS-Management.',
  ),
  charset: row(
    's:Sender',
    'w:EncodingLimit',
    'CharacterSet',
    0x8033802c,
    'The character set is not supported. Send UTF-8 or UTF-16.',
  ),
  minimumEnvelope: row(
    's:Sender',
    'w:EncodingLimit',
    'MinimumEnvelopeLimit',
    0x8033807e,
    'MaxEnvelopeSize must be at least 8192.',
  ),
  envelopeExceeded: row(
    's:Sender',
    'w:EncodingLimit',
    'MaxEnvelopeSizeExceeded',
    0x80338048,
    'The reply is larger than MaxEnvelopeSize.',
  ),
  unexpectedSelectors: row(
    's:Sender',
    'w:InvalidSelectors',
    'UnexpectedSelectors',
    0x8033803d,
    'A selector is not a key of the class.',
  ),
  insufficientSelectors: row(
    's:Sender',
    'w:InvalidSelectors',
    'InsufficientSelectors',
    0x8033805a,
    'The selectors do not name one instance.',
  ),
  selectorType: row(
    's:Sender',
    'w:InvalidSelectors',
    'TypeMismatch',
    0x8033805c,
    'A selector value has the wrong type.',
  ),
  notSingleton: row(
    's:Sender',
    'w:InvalidSelectors',
    null,
    0x803380fa,
    'The class has more than one instance: selectors are required.',
  ),
  wildcardNeedsFilter: row(
    's:Sender',
    'n:FilteringNotSupported',
    null,
    0x803380fb,
    'The resource URI "*" needs a filter.',
  ),
  cannotProcessFilter: row('s:Sender', 'n:CannotProcessFilter', null, 0x8033801a, 'The filter cannot be processed.'),
  dialectUnavailable: row(
    's:Sender',
    'n:FilterDialectRequestedUnavailable',
    null,
    0x80338019,
    'The filter dialect is not supported.',
  ),
  filteringNotSupported: row(
    's:Sender',
    'n:FilteringNotSupported',
    null,
    0x80338018,
    'The resource cannot be filtered.',
  ),
  invalidEnumerationContext: row(
    's:Receiver',
    'n:InvalidEnumerationContext',
    null,
    0x8033801b,
    'The enumeration context is not valid.',
  ),
  concurrentPull: row(
    's:Receiver',
    'n:InvalidEnumerationContext',
    null,
    0x80338006,
    'Another Pull is using this enumeration context.',
  ),
  polymorphismMode: row(
    's:Sender',
    'b:PolymorphismModeNotSupported',
    null,
    0x80338137,
    'The polymorphism mode cannot be combined with this filter.',
  ),
  enumerationMode: row(
    's:Sender',
    'w:UnsupportedFeature',
    'EnumerationMode',
    0x80338069,
    'The enumeration mode is not supported.',
  ),
  addressingMode: row(
    's:Sender',
    'w:UnsupportedFeature',
    'AddressingMode',
    0x80338051,
    'Only anonymous reply addresses are supported.',
  ),
  locale: row('s:Sender', 'w:UnsupportedFeature', 'Locale', 0x80338052, 'The requested locale is not available.'),
  unsupportedFeature: row('s:Sender', 'w:UnsupportedFeature', null, 0x80338053, 'The feature is not supported.'),
  invalidParameterName: row('s:Sender', 'w:InvalidParameter', 'InvalidName', 0x80338055, 'A parameter does not exist.'),
  parameterType: row('s:Sender', 'w:InvalidParameter', 'TypeMismatch', 0x80338054, 'A parameter has the wrong type.'),
  invalidParameter: row('s:Sender', 'w:InvalidParameter', null, 0x8033803a, 'A parameter is invalid.'),
  invalidRepresentation: row(
    's:Sender',
    'x:InvalidRepresentation',
    null,
    0x80338015,
    'The body does not hold a usable object.',
  ),
  invalidValues: row(
    's:Sender',
    'x:InvalidRepresentation',
    'InvalidValues',
    0x80338056,
    'The object has invalid values.',
  ),
  missingValues: row(
    's:Sender',
    'x:InvalidRepresentation',
    'MissingValues',
    0x80338057,
    'The object lacks required values.',
  ),
  invalidNamespace: row(
    's:Sender',
    'x:InvalidRepresentation',
    'InvalidNamespace',
    0x80338058,
    'The object is not of the class that the resource URI names.',
  ),
  alreadyExists: row('s:Sender', 'w:AlreadyExists', null, 0x80338033, 'The object exists already.'),
  accessDenied: row('s:Sender', 'w:AccessDenied', null, 5, 'Access is denied.'),
  concurrency: row('s:Sender', 'w:Concurrency', null, 0x80338032, 'A concurrent operation prevents this one.'),
  timedOut: row('s:Receiver', 'w:TimedOut', null, 0x80338029, 'The operation did not finish in its time.'),
  quotaOperations: row(
    's:Receiver',
    'w:InternalError',
    null,
    0x803381a6,
    'This user has too many operations open. Release enumerations and subscriptions that are no longer used.',
  ),
  quotaLimit: row('s:Sender', 'w:QuotaLimit', null, 0x8033803f, 'The service is busy.'),
  fragmentPath: row('s:Sender', 'w:CannotProcessFilter', null, 0x80338093, 'The fragment path is not valid.'),
  fragmentDialect: row(
    's:Sender',
    'w:FragmentDialectNotSupported',
    null,
    0x80338090,
    'The fragment dialect is not supported.',
  ),
  deliveryMode: row(
    's:Sender',
    'e:DeliveryModeRequestedUnavailable',
    null,
    0x8033801e,
    'The delivery mode is not available.',
  ),
  eventFilter: row(
    's:Sender',
    'e:FilteringRequestedUnavailable',
    null,
    0x80338022,
    'The event filter is not available.',
  ),
  unableToRenew: row(
    's:Receiver',
    'e:UnableToRenew',
    null,
    0x80338024,
    'Subscriptions cannot be renewed. Subscribe again.',
  ),
  invalidSubscription: row('s:Sender', 'e:InvalidMessage', null, 0x80338020, 'The subscription is not known.'),
  notCapable: row('s:Receiver', 'w:InternalError', null, 0x80338102, 'The provider cannot perform this operation.'),
  internalError: row(
    's:Receiver',
    'w:InternalError',
    null,
    0x80041001,
    'The service failed. Its log has the details under this message id.',
  ),
} as const satisfies Record<string, FaultRow>;

export type FaultName = keyof typeof FAULTS;

/** Family of a fault: prefix of the subcode to the Action of the reply (spec §11). */
export const FAULT_ACTIONS: Readonly<Record<string, string>> = {
  a: 'http://schemas.xmlsoap.org/ws/2004/08/addressing/fault',
  n: 'http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault',
  x: 'http://schemas.xmlsoap.org/ws/2004/09/transfer/fault',
  e: 'http://schemas.xmlsoap.org/ws/2004/08/eventing/fault',
  w: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault',
  b: 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding/fault',
};

export const FAULT_DETAIL_ROOT = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/';
