import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Folder of the trail in the state directory. */
export const AUDIT_FOLDER = 'audit';

const NAME = /^audit-(\d{12})\.jsonl$/;

/** Files are named for their first record, so that their order is that of their names. */
export const fileName = (firstSeq: number): string => `audit-${String(firstSeq).padStart(12, '0')}.jsonl`;

/** The files of a trail, oldest first; none when there is no such folder. */
export const auditFiles = async (directory: string): Promise<readonly string[]> => {
  try {
    return (await readdir(directory))
      .filter((name) => NAME.test(name))
      .toSorted()
      .map((name) => join(directory, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/** Number of the first record of a file. */
export const firstSeqOf = (file: string): number => Number(NAME.exec(basename(file))?.[1] ?? 0);

export interface AuditLine {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** All lines of a trail, oldest first; a trail larger than memory is no matter. */
export async function* auditLines(directory: string): AsyncGenerator<AuditLine> {
  for (const file of await auditFiles(directory)) yield* linesOf(file);
}

/** Of one file, by newlines alone: whoever takes other characters for ends of lines does not see that one was put in a newline's place. */
export async function* linesOf(file: string): AsyncGenerator<AuditLine> {
  let [number, rest] = [0, ''];
  for await (const piece of createReadStream(file, { encoding: 'utf8' })) {
    const lines = `${rest}${piece}`.split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { file, number: ++number, text };
  }
  if (rest !== '') yield { file, number: ++number, text: rest };
}
