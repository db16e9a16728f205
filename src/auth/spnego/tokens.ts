import {
  context,
  type DerElement,
  DerError,
  readElement,
  readElements,
  readFields,
  readOnly,
  TAG,
  writeElement,
} from '../der.ts';

/** Object identifiers as DER content, in hexadecimal (wire-auth §4). */
export const OID = {
  spnego: '2b0601050502',
  ntlm: '2b06010401823702020a',
  kerberos: '2a864886f712010202',
  /** A slip of Windows 2000 that Windows clients still send first. */
  microsoftKerberos: '2a864882f712010202',
} as const;

/** First token of a client (RFC 4178 §4.2.1). */
export interface NegTokenInit {
  /** In the client's order of preference. */
  readonly mechanisms: readonly string[];
  /** DER of the list as sent: the mechListMIC is made over it. */
  readonly mechanismList: Buffer;
  readonly token: Buffer | null;
}

/** Every token after the first (RFC 4178 §4.2.2). */
export interface NegTokenResp {
  readonly token: Buffer | null;
  readonly mechListMic: Buffer | null;
}

const MAX_MECHANISMS = 16;

const octets = (field: Buffer | undefined): Buffer | null =>
  field === undefined ? null : readOnly(field, TAG.octetString).content;

/** Identifier of the mechanism of an InitialContextToken, and what it carries. @throws DerError */
export function readInitialContext(bytes: Buffer): { readonly mechanism: string; readonly inner: Buffer } {
  const { element, rest } = readElement(readOnly(bytes, TAG.application).content);
  if (element.tag !== TAG.oid) throw new DerError('The token names no mechanism.');
  return { mechanism: element.content.toString('hex'), inner: rest };
}

/** @throws DerError */
export function readNegTokenInit(inner: Buffer): NegTokenInit {
  const fields = readFields(readOnly(readOnly(inner, context(0)).content, TAG.sequence).content);
  const list = fields.get(0);
  if (list === undefined) throw new DerError('There are no mechanisms.');
  const sequence = readOnly(list, TAG.sequence);
  const mechanisms = readElements(sequence.content, MAX_MECHANISMS).map((element: DerElement) => {
    if (element.tag !== TAG.oid) throw new DerError('A mechanism is no identifier.');
    return element.content.toString('hex');
  });
  // A mechListMIC here has nothing to be made with yet and says nothing.
  return { mechanisms, mechanismList: sequence.whole, token: octets(fields.get(2)) };
}

/** @throws DerError */
export function readNegTokenResp(bytes: Buffer): NegTokenResp {
  const fields = readFields(readOnly(readOnly(bytes, context(1)).content, TAG.sequence).content);
  return { token: octets(fields.get(2)), mechListMic: octets(fields.get(3)) };
}

export type NegState = 'completed' | 'incomplete' | 'requestMic';

const STATES: Readonly<Record<NegState, number>> = { completed: 0, incomplete: 1, requestMic: 3 };

export interface NegTokenRespParts {
  readonly state: NegState;
  readonly mechanism?: string;
  readonly token?: Uint8Array;
  readonly mechListMic?: Uint8Array;
}

export function writeNegTokenResp(parts: NegTokenRespParts): Buffer {
  const fields = [writeElement(context(0), writeElement(TAG.enumerated, Buffer.from([STATES[parts.state]])))];
  if (parts.mechanism !== undefined)
    fields.push(writeElement(context(1), writeElement(TAG.oid, Buffer.from(parts.mechanism, 'hex'))));
  if (parts.token !== undefined) fields.push(writeElement(context(2), writeElement(TAG.octetString, parts.token)));
  if (parts.mechListMic !== undefined)
    fields.push(writeElement(context(3), writeElement(TAG.octetString, parts.mechListMic)));
  return writeElement(context(1), writeElement(TAG.sequence, ...fields));
}
