import { join } from 'node:path';
import { AUDIT_FOLDER, auditLines } from '../audit/files.ts';
import { type AuditRecord, parseRecord, type TrailHead } from '../audit/record.ts';
import { verifyTrail } from '../audit/verify.ts';
import { harmlessJson } from '../core/terminal-text.ts';
import { UsageError } from './connect.ts';
import { stateDirectory } from './control.ts';
import { type Format, type Listing, listingText } from './print/listing.ts';
import { printable } from './print/output.ts';

interface ListOptions {
  readonly since?: string;
  readonly who?: string;
  readonly kind?: string;
  readonly output: AuditFormat;
}

/** `list`: a line of words each; the others as of all lists, but that `json` is one record a line, as the trail has it but for escapes. */
type AuditFormat = 'list' | Format;

/** What machines, checkpoints and switches among the objects were called then. */
const namesOf = ({ names }: AuditRecord): readonly string[] => [...new Set(Object.values(names ?? {}))];

const LISTING: Listing<AuditRecord> = {
  columns: [
    { name: 'TIME', text: ({ time }) => time },
    { name: 'KIND', text: ({ kind }) => kind },
    { name: 'WHO', text: ({ who }) => who },
    { name: 'FROM', text: ({ from }) => from },
    { name: 'PROTOCOL', text: ({ protocol }) => protocol, wide: true },
    { name: 'WHAT', text: ({ what }) => what },
    { name: 'RESULT', text: ({ result }) => result },
    { name: 'OBJECTS', text: ({ objects }) => objects.join(' '), wide: true },
    { name: 'REQUEST', text: ({ requestId }) => requestId ?? '', wide: true },
    { name: 'SEQ', text: ({ seq }) => String(seq), wide: true },
  ],
  name: ({ seq }) => String(seq),
};

/** `vsms audit list`: the trail of this machine's service, oldest first. */
export async function listAudit(options: ListOptions): Promise<void> {
  const since = options.since === undefined ? null : new Date(options.since);
  if (since !== null && Number.isNaN(since.getTime()))
    throw new UsageError('--since is a date and time like 2026-11-28T15:00Z.');
  const { output } = options;
  const rows: AuditRecord[] = [];
  for await (const { text } of auditLines(folder())) {
    const record = parseRecord(text);
    if (record === null || !wanted(record, options, since)) continue;
    // As they come: a trail is longer than memory.
    if (output === 'json' || output === 'list') console.log(output === 'json' ? harmlessJson(text) : line(record));
    else rows.push(record);
  }
  if (output === 'json' || output === 'list') return;
  const text = await listingText(rows, output, LISTING);
  if (text !== '') console.log(text);
}

/** `vsms audit verify`: exit code 1 when the trail was changed. `--head SEQ:HASH` is what an earlier run printed. */
export async function verifyAudit(options: { readonly head?: string }): Promise<void> {
  const verdict = await verifyTrail(folder(), options.head === undefined ? null : parseHead(options.head));
  if (!verdict.ok) {
    console.error(`vsms: ${verdict.file}, line ${verdict.line}: ${verdict.reason}`);
    process.exitCode = 1;
    return;
  }
  const { records, firstSeq, head } = verdict;
  console.log(`${records} records from ${firstSeq} on, unchanged. Head: ${head === null ? 'none' : headText(head)}`);
}

const folder = (): string => join(stateDirectory(), AUDIT_FOLDER);

const wanted = (record: AuditRecord, options: ListOptions, since: Date | null): boolean =>
  (since === null || new Date(record.time) >= since) &&
  (options.kind === undefined || record.kind === options.kind) &&
  (options.who === undefined || record.who.toLowerCase().includes(options.who.toLowerCase()));

const line = (record: AuditRecord): string => {
  const { time, kind, who, from, protocol, what, objects, result } = record;
  const named = namesOf(record).map((name) => JSON.stringify(name));
  return [time, kind.padEnd(6), `${who} from ${from} by ${protocol}:`, what, '->', result, ...named, ...objects]
    .map(printable)
    .join(' ');
};

const headText = ({ seq, hash }: TrailHead): string => `${seq}:${hash}`;

const parseHead = (text: string): TrailHead => {
  const [, seq = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (hash === '') throw new UsageError('--head is SEQ:HASH as vsms audit verify prints it.');
  return { seq: Number(seq), hash };
};
