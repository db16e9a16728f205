import { HvFileError, type HvFilePlace } from '../error.ts';
import { childNode, type HvLeaf, type HvNode, offsetOf } from '../tree.ts';
import { BLOCK_BYTES, PAGE_BYTES, unpackBlock } from './unpack-block.ts';

/** A piece of the guest's physical memory. Bytes. */
export interface MemoryRange {
  readonly address: number;
  readonly size: number;
  /** Where it begins in the sequence of all saved blocks. */
  readonly saved: number;
}

/** The memory in a saved state of Hyper-V (hyperv-files §2, .vmrs of configuration versions 5.0 and newer). */
export interface SavedMemory {
  /** By address; they do not overlap. */
  readonly ranges: readonly MemoryRange[];
  /** Numbers of the blocks that are there; memory that the guest never touched has none. */
  readonly blocks: readonly number[];
  /** 1 MiB. Rejects with HvFileError for one that is damaged; only while the file is open. */
  read(block: number): Promise<Buffer>;
}

const RANGE_BYTES = 48;
/** 256 TiB: more than a machine of any host has. */
const MAXIMUM_PAGES = 2n ** 36n;
/** One a NUMA node, and one more for each piece that was added later. */
const MAXIMUM_RANGES = 512;

/** Null: the file has no memory in it (a machine that was off). @throws HvFileError */
export const savedMemory = (root: HvNode): SavedMemory | null => {
  const state = childNode(root, 'savedstate');
  const leaves = (state?.children ?? []).filter((item): item is HvLeaf => item.type !== 'node');
  const ranges = numbered(leaves, /^RamMemoryBlock(\d{1,9})$/);
  const blocks = numbered(leaves, /^RamBlock(\d{1,9})$/);
  if (blocks.size === 0) return null;
  if (ranges.size === 0)
    throw new HvFileError('missing', 'It has blocks of memory and does not say where they lie', {
      path: '/savedstate',
      offset: offsetOf(state),
    });
  if (ranges.size > MAXIMUM_RANGES)
    throw new HvFileError('limit', `It has more than ${MAXIMUM_RANGES} ranges of memory`, {
      path: '/savedstate',
      offset: offsetOf(state),
    });
  return {
    ranges: disjoint([...ranges.values()].map(rangeOf), offsetOf(state)),
    blocks: [...blocks.keys()].toSorted((a, b) => a - b),
    read: (block) => readBlock(blocks.get(block), block),
  };
};

/** By their number; of two with one number the file is not what it says it is. */
const numbered = (leaves: readonly HvLeaf[], name: RegExp): ReadonlyMap<number, HvLeaf> => {
  const found = new Map<number, HvLeaf>();
  for (const leaf of leaves) {
    const number = name.exec(leaf.name)?.[1];
    if (number === undefined) continue;
    if (found.has(Number(number))) throw new HvFileError('structure', 'It has two values of one name', placeOf(leaf));
    found.set(Number(number), leaf);
  }
  return found;
};

const placeOf = (leaf: HvLeaf): HvFilePlace => ({ path: pathOf(leaf), offset: offsetOf(leaf) });

const pathOf = ({ name }: HvLeaf): string => `/savedstate/${name}`;

/** u32 version, u32 flags, u64 pages, u64 first page in the blocks, u64 first page of the guest, u32 node, ... */
const rangeOf = (leaf: HvLeaf): MemoryRange => {
  const bytes = leaf.type === 'bytes' ? leaf.value : null;
  if (bytes === null || bytes.length < RANGE_BYTES)
    throw new HvFileError('value', `A range of memory has ${RANGE_BYTES} bytes`, placeOf(leaf));
  const [pages, saved, address] = [bytes.readBigUInt64LE(8), bytes.readBigUInt64LE(16), bytes.readBigUInt64LE(24)];
  if (pages + saved > MAXIMUM_PAGES || pages + address > MAXIMUM_PAGES)
    throw new HvFileError('limit', 'A range of memory lies where no machine has any', placeOf(leaf));
  const inBytes = (count: bigint): number => Number(count) * PAGE_BYTES;
  return { address: inBytes(address), size: inBytes(pages), saved: inBytes(saved) };
};

const disjoint = (all: readonly MemoryRange[], offset: number): readonly MemoryRange[] => {
  const ranges = all.filter(({ size }) => size > 0);
  for (const key of ['saved', 'address'] as const) {
    const sorted = ranges.toSorted((a, b) => a[key] - b[key]);
    for (const [i, { size, [key]: at }] of sorted.entries()) {
      const next = sorted[i + 1]?.[key];
      if (next !== undefined && at + size > next)
        throw new HvFileError('structure', 'Two ranges of memory overlap', { path: '/savedstate', offset });
    }
  }
  return ranges.toSorted((a, b) => a.address - b.address);
};

const readBlock = async (leaf: HvLeaf | undefined, block: number): Promise<Buffer> => {
  if (leaf === undefined) throw new Error(`no block ${block}`);
  const path = pathOf(leaf);
  if (leaf.type === 'bytes') return unpackBlock(leaf.value, () => placeOf(leaf));
  if (leaf.type !== 'object' || leaf.value.size > BLOCK_BYTES)
    throw new HvFileError('value', 'A block of memory has at most 1 MiB', placeOf(leaf));
  const { offset, size } = leaf.value;
  return unpackBlock(await leaf.value.read(0, size), (byte) => ({ path, offset: offset + byte }));
};
