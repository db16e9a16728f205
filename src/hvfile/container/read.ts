import { HvFileError } from '../error.ts';
import { HV_LIMITS, type HvLimits } from '../limits.ts';
import { bufferSource, type ByteSource, checkRange } from '../source.ts';
import type { FileObject, HvNode, HvValue } from '../tree.ts';
import { buildTree } from './build-tree.ts';
import { isNewer, readHeader } from './header.ts';
import {
  type KeyEntry,
  type KeyTable,
  type ObjectReference,
  openKeyTable,
  readKeyEntries,
  readText,
} from './key-table.ts';
import { type ObjectDirectory, overlapsMetadata, readObjects } from './object-table.ts';
import { replayLog } from './replay-log.ts';

/** A .vmcx, .vmrs or newer .vsv (hyperv-files §2). */
export interface HvContainer {
  /** (major << 8) | minor of the format. */
  readonly version: number;
  readonly sequence: number;
  readonly dataVersion: number;
  /** Entries of the replay log that were laid over the file: 0 when its last writer closed it. */
  readonly replayed: number;
  readonly keyTables: number;
  /** The virtual root: name '', its children are the top-level keys. */
  readonly root: HvNode;
}

/**
 * The whole tree of keys. Values up to `limits.inlineObject` bytes are read, larger ones stay in the file: their
 * FileObject works as long as the source does. Rejects with HvFileError.
 */
export const readContainer = async (
  file: ByteSource | Buffer,
  options: Partial<HvLimits> = {},
): Promise<HvContainer> => {
  const limits = { ...HV_LIMITS, ...options };
  const raw = Buffer.isBuffer(file) ? bufferSource(file) : file;
  const header = await readHeader(raw);
  const { source, entries: replayed } = await replayLog(raw, header, limits);
  const objects = await readObjects(source, header, limits);
  const live = await liveTables(source, objects, limits);
  const tables = new Map<number, readonly KeyEntry[]>();
  let room = limits.items;
  for (const table of live) {
    const entries = readKeyEntries(table, room);
    room -= entries.length;
    tables.set(table.index, entries);
  }
  const held = await readReferences(source, objects, tables, limits);
  const valueOf = (entry: KeyEntry): HvValue => {
    const { value } = entry;
    const found = value === null || value.type === 'reference' ? held.get(entry) : value;
    if (found === undefined) throw new HvFileError('structure', 'A node is used as a value', { offset: entry.at });
    return found;
  };
  const root = buildTree(tables, valueOf, header.version, limits);
  return {
    version: header.version,
    sequence: header.sequence,
    dataVersion: header.dataVersion,
    replayed,
    keyTables: live.length,
    root,
  };
};

/** Of tables with the same index the newest lives. */
const liveTables = async (
  source: ByteSource,
  objects: ObjectDirectory,
  limits: HvLimits,
): Promise<readonly KeyTable[]> => {
  const live = new Map<number, KeyTable>();
  let total = 0;
  for (const { offset, size } of objects.keyTables) {
    total += size;
    if (total > limits.keyTables)
      throw new HvFileError('limit', `The key tables are larger than ${limits.keyTables} bytes`, { offset });
    const table = openKeyTable(await source.read(offset, size, 'A key table'), offset);
    const other = live.get(table.index);
    if (other !== undefined && other.sequence === table.sequence)
      throw new HvFileError('structure', `Two key tables have the index ${table.index} and the same age`, { offset });
    if (other === undefined || isNewer(table.sequence, other.sequence)) live.set(table.index, table);
  }
  return [...live.values()].toSorted((a, b) => a.index - b.index);
};

const readReferences = async (
  source: ByteSource,
  objects: ObjectDirectory,
  tables: ReadonlyMap<number, readonly KeyEntry[]>,
  limits: HvLimits,
): Promise<ReadonlyMap<KeyEntry, HvValue>> => {
  const held = new Map<KeyEntry, HvValue>();
  let total = 0;
  for (const entries of tables.values()) {
    for (const entry of entries) {
      const reference = entry.value;
      if (reference === null || reference.type !== 'reference') continue;
      checkReference(source, objects, reference, entry.at);
      if (reference.of === 'bytes' && reference.size > limits.inlineObject) {
        held.set(entry, { type: 'object', value: fileObject(source, reference) });
        continue;
      }
      total += reference.size;
      if (reference.size > Math.max(limits.string, limits.inlineObject) || total > limits.inlineTotal)
        throw new HvFileError('limit', `A value of ${reference.size} bytes is too large`, { offset: entry.at });
      const bytes = await source.read(reference.offset, reference.size, 'The value of a key');
      held.set(
        entry,
        reference.of === 'bytes'
          ? { type: 'bytes', value: bytes }
          : { type: 'string', value: readText(bytes, 0, bytes.length, reference.offset) },
      );
    }
  }
  return held;
};

const checkReference = (source: ByteSource, objects: ObjectDirectory, reference: ObjectReference, at: number): void => {
  const end = reference.offset + reference.size;
  if (end > source.size)
    throw new HvFileError('bounds', `A value ends at ${end}, beyond the end of the file of ${source.size} bytes`, {
      offset: at,
    });
  if (overlapsMetadata(objects.metadata, reference))
    throw new HvFileError('structure', `A value lies at ${reference.offset}, where the file keeps its own tables`, {
      offset: at,
    });
};

const fileObject = (source: ByteSource, { offset, size }: ObjectReference): FileObject => ({
  offset,
  size,
  read: async (from, length) => {
    checkRange(size, from, length, 'A part of a value');
    return source.read(offset + from, length, 'The value of a key');
  },
});
