import {
  application,
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

/** Encrypted data with what is needed to choose the key (RFC 4120 §5.2.9). */
export interface EncryptedData {
  readonly etype: number;
  /** Version of the service's key; null: not told. */
  readonly version: number | null;
  readonly cipher: Buffer;
}

export interface Ticket {
  /** `HTTP/host@REALM`. */
  readonly service: string;
  readonly encrypted: EncryptedData;
}

/** What a client shows to a service (RFC 4120 §5.5.1). */
export interface ApRequest {
  readonly ticket: Ticket;
  readonly authenticator: EncryptedData;
}

export interface EncryptionKey {
  readonly etype: number;
  readonly key: Buffer;
}

/** The part of a ticket that only service and KDC can read (RFC 4120 §5.3). */
export interface TicketPart {
  readonly invalid: boolean;
  readonly key: EncryptionKey;
  /** `alice@REALM`. */
  readonly client: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
}

/** The client's proof that it knows the session key (RFC 4120 §5.5.1). */
export interface Authenticator {
  readonly client: string;
  readonly checksum: { readonly type: number; readonly bytes: Buffer } | null;
  /** Milliseconds since 1970, and the microseconds of that second. */
  readonly time: number;
  readonly microseconds: number;
  readonly subkey: EncryptionKey | null;
  readonly sequence: number;
}

const APPLICATION = {
  ticket: 1,
  authenticator: 2,
  ticketPart: 3,
  apRequest: 14,
  apReply: 15,
  apReplyPart: 27,
} as const;
const PROTOCOL = 5;
/** Most fields that a message has: those of a ticket. */
const FIELDS = 16;
const COMPONENTS = 8;

type Fields = ReadonlyMap<number, Buffer>;

const fieldsOf = (sequence: Buffer): Fields => readFields(readOnly(sequence, TAG.sequence).content, FIELDS);

const messageFields = (bytes: Buffer, number: number): Fields => fieldsOf(readOnly(bytes, application(number)).content);

const required = (fields: Fields, number: number): Buffer => {
  const field = fields.get(number);
  if (field === undefined) throw new DerError(`Field ${number} is missing.`);
  return field;
};

const integer = (field: Buffer): number => {
  const { content } = readOnly(field, TAG.integer);
  if (content.length === 0 || content.length > 6) throw new DerError('A number is not usable.');
  return content.readIntBE(0, content.length);
};

const text = (element: DerElement): string => {
  if (element.tag !== TAG.generalString) throw new DerError('A name is no text.');
  return element.content.toString('utf8');
};

const principal = (name: Buffer, realm: Buffer): string => {
  const parts = readElements(readOnly(required(fieldsOf(name), 1), TAG.sequence).content, COMPONENTS).map(text);
  return `${parts.join('/')}@${text(readOnly(realm, TAG.generalString))}`;
};

const time = (field: Buffer): number => {
  const digits = readOnly(field, TAG.generalizedTime).content.toString('latin1');
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  if (year === undefined) throw new DerError('A time is not usable.');
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
};

const octets = (field: Buffer): Buffer => readOnly(field, TAG.octetString).content;

const encrypted = (field: Buffer): EncryptedData => {
  const fields = fieldsOf(field);
  const version = fields.get(1);
  return {
    etype: integer(required(fields, 0)),
    version: version === undefined ? null : integer(version),
    cipher: octets(required(fields, 2)),
  };
};

const encryptionKey = (field: Buffer): EncryptionKey => {
  const fields = fieldsOf(field);
  return { etype: integer(required(fields, 0)), key: octets(required(fields, 1)) };
};

/** @throws DerError */
export function readApRequest(bytes: Buffer): ApRequest {
  const fields = messageFields(bytes, APPLICATION.apRequest);
  if (integer(required(fields, 0)) !== PROTOCOL || integer(required(fields, 1)) !== APPLICATION.apRequest)
    throw new DerError('This is no AP-REQ of Kerberos 5.');
  const ticket = messageFields(required(fields, 3), APPLICATION.ticket);
  return {
    ticket: {
      service: principal(required(ticket, 2), required(ticket, 1)),
      encrypted: encrypted(required(ticket, 3)),
    },
    authenticator: encrypted(required(fields, 4)),
  };
}

/** Bit 7 of the ticket's flags: it is to be validated by the KDC first. */
const INVALID = 0x01;

/** @throws DerError */
export function readTicketPart(bytes: Buffer): TicketPart {
  const fields = messageFields(bytes, APPLICATION.ticketPart);
  const flags = readOnly(required(fields, 0), TAG.bitString).content;
  return {
    invalid: ((flags[1] ?? 0) & INVALID) !== 0,
    key: encryptionKey(required(fields, 1)),
    client: principal(required(fields, 3), required(fields, 2)),
    // Without a start it is that of the log-in at the KDC.
    start: time(fields.get(6) ?? required(fields, 5)),
    end: time(required(fields, 7)),
  };
}

/** @throws DerError */
export function readAuthenticator(bytes: Buffer): Authenticator {
  const fields = messageFields(bytes, APPLICATION.authenticator);
  const checksum = fields.get(3);
  const subkey = fields.get(6);
  const sequence = fields.get(7);
  return {
    client: principal(required(fields, 2), required(fields, 1)),
    checksum: checksum === undefined ? null : readChecksum(checksum),
    microseconds: integer(required(fields, 4)),
    time: time(required(fields, 5)),
    subkey: subkey === undefined ? null : encryptionKey(subkey),
    // Some clients write the upper half of the numbers as negative ones.
    sequence: sequence === undefined ? 0 : integer(sequence) >>> 0,
  };
}

const readChecksum = (field: Buffer): { readonly type: number; readonly bytes: Buffer } => {
  const fields = fieldsOf(field);
  return { type: integer(required(fields, 0)), bytes: octets(required(fields, 1)) };
};

const writeInteger = (value: number): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeIntBE(value, 0, 6);
  let start = 0;
  // In the shortest form that keeps the sign.
  while (start < 5 && bytes[start] === 0 && (bytes[start + 1] ?? 0) < 0x80) start += 1;
  return writeElement(TAG.integer, bytes.subarray(start));
};

const writeTime = (ms: number): Buffer =>
  writeElement(
    TAG.generalizedTime,
    Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`),
  );

/** The service's proof that it could read the ticket (EncAPRepPart, RFC 4120 §5.5.2), to be encrypted. */
export const writeApReplyPart = (of: Pick<Authenticator, 'time' | 'microseconds'>, sequence: number): Buffer =>
  writeElement(
    application(APPLICATION.apReplyPart),
    writeElement(
      TAG.sequence,
      writeElement(context(0), writeTime(of.time)),
      writeElement(context(1), writeInteger(of.microseconds)),
      writeElement(context(3), writeInteger(sequence)),
    ),
  );

/** AP-REP (RFC 4120 §5.5.2). */
export const writeApReply = (etype: number, cipher: Buffer): Buffer =>
  writeElement(
    application(APPLICATION.apReply),
    writeElement(
      TAG.sequence,
      writeElement(context(0), writeInteger(PROTOCOL)),
      writeElement(context(1), writeInteger(APPLICATION.apReply)),
      writeElement(
        context(2),
        writeElement(
          TAG.sequence,
          writeElement(context(0), writeInteger(etype)),
          writeElement(context(2), writeElement(TAG.octetString, cipher)),
        ),
      ),
    ),
  );

/** Ids of tokens inside the GSS-API framing (RFC 4121 §4.1). */
const TOKEN = { apRequest: 0x0100, apReply: 0x0200 } as const;

/** AP-REQ inside of the GSS-API framing: what follows the mechanism's identifier. @throws DerError */
export const apRequestOf = (inner: Buffer): Buffer => {
  if (inner.length < 2 || inner.readUInt16BE(0) !== TOKEN.apRequest) throw new DerError('This token is no AP-REQ.');
  return readElement(inner.subarray(2)).element.whole;
};

export const frameApReply = (mechanism: string, reply: Buffer): Buffer => {
  const id = Buffer.alloc(2);
  id.writeUInt16BE(TOKEN.apReply);
  return writeElement(TAG.application, writeElement(TAG.oid, Buffer.from(mechanism, 'hex')), id, reply);
};
