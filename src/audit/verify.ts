import { auditLines } from './files.ts';
import { type AuditRecord, fault, parseRecord, type TrailHead } from './record.ts';

export type Verdict =
  | {
      readonly ok: true;
      readonly records: number;
      /** Older records are gone with their files when this is not 1. */
      readonly firstSeq: number;
      /** Write it down elsewhere: that no record was cut off at the end is only seen from there. */
      readonly head: TrailHead | null;
    }
  | { readonly ok: false; readonly file: string; readonly line: number; readonly reason: string };

/**
 * Reads a whole trail and tells whether a record was changed, removed from the middle, added or moved. `expected` is a
 * head that was noted before: it must still be there.
 */
export const verifyTrail = async (directory: string, expected: TrailHead | null = null): Promise<Verdict> => {
  let records = 0;
  let firstSeq = 1;
  let last: AuditRecord | null = null;
  let seen = expected === null;
  let place = { file: directory, number: 0 };
  for await (const line of auditLines(directory)) {
    place = line;
    const record = parseRecord(line.text);
    // Files of the past may be gone; the chain of those that are left begins anywhere.
    const reason = record === null ? 'it is no record' : fault(record, last);
    if (record === null || reason !== null)
      return { ok: false, file: line.file, line: line.number, reason: reason ?? '' };
    if (records === 0) firstSeq = record.seq;
    records += 1;
    last = record;
    seen ||= record.seq === expected?.seq && record.hash === expected.hash;
  }
  if (!seen)
    return {
      ok: false,
      file: place.file,
      line: place.number,
      reason: `record ${expected?.seq} with the hash you noted is not in the trail`,
    };
  return { ok: true, records, firstSeq, head: last };
};
