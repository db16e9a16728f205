import { hash } from 'node:crypto';

/** What is known of an event when it is written down; never a password, a token or a value of a setting. */
export interface AuditEntry {
  /** `login`: somebody was let in; `denied`: somebody or something was not; `change`: a request that may change something. */
  readonly kind: 'login' | 'denied' | 'change';
  /** `HOST\user`, or the name that was tried. */
  readonly who: string;
  /** Network address, `local` for the host itself. */
  readonly from: string;
  /** wsman, cimxml, rest, control, ... */
  readonly protocol: string;
  /** Scheme of a log-in; class and method, or kind of operation. */
  readonly what: string;
  /** What it was about and what came of it, as object paths; empty: nothing that has one. */
  readonly objects: readonly string[];
  /** Names that those had then, by the GUIDs in their paths; missing: none of them has one. */
  readonly names?: Readonly<Record<string, string>>;
  /** `ok`, a return value, or the code of the refusal. */
  readonly result: string;
  /** The request that the log names too; null: before there was one. */
  readonly requestId: string | null;
}

export interface AuditRecord extends AuditEntry {
  /** Counts from 1 without gaps over all files. */
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Hash of the record before it; of the first one `GENESIS`. */
  readonly previous: string;
  /** SHA-256 of this record's line without this field. */
  readonly hash: string;
}

/** What the first record follows. */
export const GENESIS = '0'.repeat(64);

/** Longest text of one field in characters; clients choose names. */
const LONGEST = 500;

/** Longest name of an object in characters. */
const LONGEST_NAME = 100;

/** More objects of one request are left out: a client chooses how many it names. */
const MOST_OBJECTS = 20;

const cut = (text: string, longest = LONGEST): string =>
  text.length > longest ? `${text.slice(0, longest)}...` : text;

const cutNames = (names: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(names)
      .slice(0, MOST_OBJECTS)
      .map(([id, name]) => [id, cut(name, LONGEST_NAME)]),
  );

/** The end of a trail: what the next record follows. */
export interface TrailHead {
  readonly seq: number;
  readonly hash: string;
}

export const START: TrailHead = { seq: 0, hash: GENESIS };

const hashOf = (body: string): string => hash('sha256', body, 'hex');

/** The record that follows `head`, as it stands in the file. */
export const chain = (head: TrailHead, entry: AuditEntry, time: Date): TrailHead & { readonly line: string } => {
  const body: Omit<AuditRecord, 'hash'> = {
    seq: head.seq + 1,
    time: time.toISOString(),
    kind: entry.kind,
    who: cut(entry.who),
    from: cut(entry.from),
    protocol: cut(entry.protocol),
    what: cut(entry.what),
    objects: entry.objects.slice(0, MOST_OBJECTS).map((object) => cut(object)),
    ...(entry.names === undefined ? {} : { names: cutNames(entry.names) }),
    result: cut(entry.result),
    requestId: entry.requestId,
    previous: head.hash,
  };
  const text = JSON.stringify(body);
  const own = hashOf(text);
  // The hash is the last member: every request that changes something waits for this, so that it is made to text once.
  return { seq: body.seq, hash: own, line: onOneLine(`${text.slice(0, -1)},"hash":"${own}"}`) };
};

/** JSON leaves two characters alone that some readers take for the end of a line. */
const onOneLine = (json: string): string => `${json.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;

/** As it stands in the file. */
const lineOf = (record: AuditRecord): string => onOneLine(JSON.stringify(record));

/** Why a line is no record that follows `head`; null: it is one. `head` null: any place in the chain. */
export const fault = (record: AuditRecord, head: TrailHead | null): string | null => {
  const { hash, ...body } = record;
  if (hashOf(JSON.stringify(body)) !== hash) return 'its content does not fit its hash';
  if (head === null) return null;
  if (record.seq !== head.seq + 1) return `it is record ${record.seq} where ${head.seq + 1} belongs`;
  return record.previous === head.hash ? null : 'it does not follow the record before it';
};

const TEXTS = ['time', 'who', 'from', 'protocol', 'what', 'result', 'previous', 'hash'] as const;

/**
 * The record of a line; null: the line is none, or not exactly as `lineOf` wrote it. JSON may say one thing in many ways, twice
 * the same name for one, of which another reader may take the other: only one way is covered by the hash.
 */
export const parseRecord = (line: string): AuditRecord | null => {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return null;
    const record = value as Record<string, unknown>;
    const whole = TEXTS.every((name) => typeof record[name] === 'string') && Number.isSafeInteger(record['seq']);
    return whole && lineOf(value as AuditRecord) === `${line}\n` ? (value as AuditRecord) : null;
  } catch {
    return null;
  }
};
