import { application, context, TAG, writeElement } from '../../../src/auth/der.ts';
import { KerberosKey, USAGE } from '../../../src/auth/kerberos/encryption.ts';
import { OID } from '../../../src/auth/spnego/tokens.ts';

/** What a client with a ticket would send; every part may be made wrong. */
export interface TicketOptions {
  readonly serviceKey: KerberosKey;
  readonly ticketClient?: string;
  readonly authenticatorClient?: string;
  readonly start: number;
  readonly end: number;
  readonly time: number;
  readonly flags?: Buffer;
  readonly version?: number | null;
  readonly checksumType?: number;
  readonly binding?: Buffer;
  readonly gssFlags?: number;
  readonly sessionKey?: Buffer;
  readonly usage?: number;
}

const sequence = (...fields: readonly (readonly [number, Buffer])[]): Buffer =>
  writeElement(TAG.sequence, ...fields.map(([number, content]) => writeElement(context(number), content)));

const integer = (value: number): Buffer => {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  let start = 0;
  while (start < 4 && bytes[start] === 0 && (bytes[start + 1] ?? 0) < 0x80) start += 1;
  return writeElement(TAG.integer, bytes.subarray(start));
};

const text = (value: string): Buffer => writeElement(TAG.generalString, Buffer.from(value));
const octets = (value: Buffer): Buffer => writeElement(TAG.octetString, value);
const time = (ms: number): Buffer =>
  writeElement(
    TAG.generalizedTime,
    Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`),
  );
const name = (value: string): Buffer =>
  sequence([0, integer(1)], [1, writeElement(TAG.sequence, ...value.split('/').map(text))]);
const key = (etype: number, bytes: Buffer): Buffer => sequence([0, integer(etype)], [1, octets(bytes)]);

const REALM = 'TEST';
const SESSION_KEY = Buffer.alloc(32, 9);

/** The GSS-API token, and the key that its session is under. */
export function apRequestToken(options: TicketOptions): { readonly token: Buffer; readonly sessionKey: KerberosKey } {
  const secret = options.sessionKey ?? SESSION_KEY;
  const sessionKey = new KerberosKey(18, secret);
  const part = writeElement(
    application(3),
    sequence(
      [0, writeElement(TAG.bitString, options.flags ?? Buffer.alloc(5))],
      [1, key(18, secret)],
      [2, text(REALM)],
      [3, name(options.ticketClient ?? 'bob')],
      [4, sequence([0, integer(0)], [1, octets(Buffer.alloc(0))])],
      [5, time(options.start)],
      [7, time(options.end)],
    ),
  );
  const wishes = Buffer.alloc(24);
  wishes.writeUInt32LE(16);
  options.binding?.copy(wishes, 4);
  wishes.writeUInt32LE(options.gssFlags ?? 0x32, 20);
  const proof = writeElement(
    application(2),
    sequence(
      [0, integer(5)],
      [1, text(REALM)],
      [2, name(options.authenticatorClient ?? options.ticketClient ?? 'bob')],
      [3, sequence([0, integer(options.checksumType ?? 0x8003)], [1, octets(wishes)])],
      [4, integer(123_456)],
      [5, time(options.time)],
      [7, integer(1000)],
    ),
  );
  const version: readonly (readonly [number, Buffer])[] =
    options.version === null ? [] : [[1, integer(options.version ?? 2)]];
  const ticket = writeElement(
    application(1),
    sequence(
      [0, integer(5)],
      [1, text(REALM)],
      [2, name('HTTP/host')],
      [
        3,
        sequence([0, integer(18)], ...version, [
          2,
          octets(options.serviceKey.encrypt(options.usage ?? USAGE.ticket, part)),
        ]),
      ],
    ),
  );
  const request = writeElement(
    application(14),
    sequence(
      [0, integer(5)],
      [1, integer(14)],
      [2, writeElement(TAG.bitString, Buffer.alloc(5))],
      [3, ticket],
      [4, sequence([0, integer(18)], [2, octets(sessionKey.encrypt(USAGE.authenticator, proof))])],
    ),
  );
  const oid = writeElement(TAG.oid, Buffer.from(OID.kerberos, 'hex'));
  return { token: writeElement(TAG.application, oid, Buffer.from([1, 0]), request), sessionKey };
}
