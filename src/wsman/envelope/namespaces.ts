/** Namespace URIs, dialects and actions of WS-Management as WinRM speaks it (spec wire-wsman §2, §5, §8, §10). */

export const NS = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  addressing: 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
  wsman: 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd',
  enumeration: 'http://schemas.xmlsoap.org/ws/2004/09/enumeration',
  transfer: 'http://schemas.xmlsoap.org/ws/2004/09/transfer',
  eventing: 'http://schemas.xmlsoap.org/ws/2004/08/eventing',
  /** Microsoft's extension namespace, "wsmv". */
  microsoft: 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd',
  fault: 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault',
  binding: 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd',
  identity: 'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd',
  common: 'http://schemas.dmtf.org/wbem/wscim/1/common',
  xsi: 'http://www.w3.org/2001/XMLSchema-instance',
  xml: 'http://www.w3.org/XML/1998/namespace',
} as const;

export const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous';

export const ACTION = {
  get: `${NS.transfer}/Get`,
  put: `${NS.transfer}/Put`,
  create: `${NS.transfer}/Create`,
  delete: `${NS.transfer}/Delete`,
  enumerate: `${NS.enumeration}/Enumerate`,
  pull: `${NS.enumeration}/Pull`,
  release: `${NS.enumeration}/Release`,
  subscribe: `${NS.eventing}/Subscribe`,
  renew: `${NS.eventing}/Renew`,
  unsubscribe: `${NS.eventing}/Unsubscribe`,
  getStatus: `${NS.eventing}/GetStatus`,
  subscriptionEnd: `${NS.eventing}/SubscriptionEnd`,
  event: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Event',
  events: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Events',
  heartbeat: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Heartbeat',
  droppedEvents: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/DroppedEvents',
  ack: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Ack',
  end: 'http://schemas.microsoft.com/wbem/wsman/1/wsman/End',
  keepAlive: 'http://schemas.microsoft.com/wbem/wsman/1/wsman/KeepAlive',
  acknowledge: 'http://schemas.microsoft.com/wbem/wsman/1/wsman/Acknowledge',
  cancel: 'http://schemas.microsoft.com/wbem/wsman/1/wsman/Cancel',
} as const;

export const DIALECT = {
  wql: 'http://schemas.microsoft.com/wbem/wsman/1/WQL',
  cql: 'http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf',
  association: 'http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter',
  selector: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter',
  xpath: 'http://www.w3.org/TR/1999/REC-xpath-19991116',
} as const;

export const DELIVERY = {
  pull: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull',
  push: 'http://schemas.xmlsoap.org/ws/2004/08/eventing/DeliveryModes/Push',
  pushWithAck: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/PushWithAck',
  events: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/Events',
} as const;

/** Prefixes of replies are part of the contract: clients look them up literally (spec §2). */
export type EnvelopePrefix = 's' | 'a' | 'w' | 'n' | 'x' | 'e' | 'p';

export const PREFIX: Readonly<Record<EnvelopePrefix, string>> = {
  s: NS.soap,
  a: NS.addressing,
  x: NS.transfer,
  e: NS.eventing,
  n: NS.enumeration,
  w: NS.wsman,
  p: NS.microsoft,
};
