import { auditFiles, firstSeqOf, linesOf } from './files.ts';
import { type AuditRecord, parseRecord } from './record.ts';

/** Which records are looked for; null: whichever. */
export interface AuditSearch {
  /** ISO 8601, UTC: not older than that. */
  readonly since: string | null;
  /** A part of the name, in any case. */
  readonly who: string | null;
  readonly kind: string | null;
  /** Older than the record of this number. */
  readonly before: number | null;
  readonly limit: number;
}

/** The newest records that fit, the newest first. Files are read from the last one on, and no more of them than it takes. */
export const searchTrail = async (directory: string, search: AuditSearch): Promise<readonly AuditRecord[]> => {
  const { since, before, limit } = search;
  const found: AuditRecord[] = [];
  for (const file of (await auditFiles(directory)).toReversed()) {
    if (before !== null && firstSeqOf(file) >= before) continue;
    const searched = await searchFile(file, search, limit - found.length).catch(unlessGone);
    // The oldest ones go when new ones come.
    if (searched === null) break;
    const { fitting, oldest } = searched;
    found.push(...fitting.toReversed());
    const over = since !== null && oldest !== null && oldest < since;
    if (found.length >= limit || over) break;
  }
  return found;
};

/** The last ones of a file that fit, in their order, and when its first record was written. */
const searchFile = async (
  file: string,
  search: AuditSearch,
  limit: number,
): Promise<{ readonly fitting: readonly AuditRecord[]; readonly oldest: string | null }> => {
  let fitting: AuditRecord[] = [];
  let oldest: string | null = null;
  for await (const { text } of linesOf(file)) {
    const record = parseRecord(text);
    if (record === null) continue;
    oldest ??= record.time;
    if (search.before !== null && record.seq >= search.before) break;
    if (!fits(record, search)) continue;
    fitting.push(record);
    if (fitting.length > 2 * limit) fitting = fitting.slice(-limit);
  }
  return { fitting: fitting.slice(-limit), oldest };
};

const unlessGone = (error: unknown): null => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
  throw error;
};

const fits = ({ time, kind, who }: AuditRecord, search: AuditSearch): boolean =>
  (search.since === null || time >= search.since) &&
  (search.kind === null || kind === search.kind) &&
  (search.who === null || who.toLowerCase().includes(search.who.toLowerCase()));
