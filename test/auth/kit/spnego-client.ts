import { context, readElements, readOnly, TAG, writeElement } from '../../../src/auth/der.ts';
import { OID } from '../../../src/auth/spnego/tokens.ts';

const oid = (hex: string): Buffer => writeElement(TAG.oid, Buffer.from(hex, 'hex'));

export const mechanismList = (mechanisms: readonly string[]): Buffer =>
  writeElement(TAG.sequence, ...mechanisms.map(oid));

export function negTokenInit(mechanisms: readonly string[], token: Buffer | null): Buffer {
  const fields = [writeElement(context(0), mechanismList(mechanisms))];
  if (token !== null) fields.push(writeElement(context(2), writeElement(TAG.octetString, token)));
  return writeElement(
    TAG.application,
    oid(OID.spnego),
    writeElement(context(0), writeElement(TAG.sequence, ...fields)),
  );
}

export function negTokenResp(token: Buffer | null, mic: Buffer | null = null): Buffer {
  const fields: Buffer[] = [];
  if (token !== null) fields.push(writeElement(context(2), writeElement(TAG.octetString, token)));
  if (mic !== null) fields.push(writeElement(context(3), writeElement(TAG.octetString, mic)));
  return writeElement(context(1), writeElement(TAG.sequence, ...fields));
}

export interface ServerResp {
  readonly state: number | undefined;
  readonly mechanism: string | undefined;
  readonly token: Buffer | undefined;
  readonly mic: Buffer | undefined;
}

/** A server's NegTokenResp. */
export function readServerResp(bytes: Buffer): ServerResp {
  const fields = new Map(
    readElements(readOnly(readOnly(bytes, context(1)).content, TAG.sequence).content, 8).map((f) => [f.tag, f.content]),
  );
  const inner = (n: number, tag: number): Buffer | undefined => {
    const field = fields.get(context(n));
    return field === undefined ? undefined : readOnly(field, tag).content;
  };
  return {
    state: inner(0, TAG.enumerated)?.[0],
    mechanism: inner(1, TAG.oid)?.toString('hex'),
    token: inner(2, TAG.octetString),
    mic: inner(3, TAG.octetString),
  };
}
