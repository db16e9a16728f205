import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { parentsWithin } from '../../core/disks/find-parents.ts';
import { DomainError } from '../../core/errors.ts';
import { ChainError } from '../../vhd/chain/chain-error.ts';
import { openChain, type ResolveParent } from '../../vhd/chain/chain.ts';
import { DiskFormatError, type DiskImageFormat, type DiskInfo } from '../../vhd/disk-info.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { plainFile } from '../../vhd/chain/parent-names.ts';
import type { Section } from '../print/sections.ts';

/** One file of a chain, the youngest first. What is below one that is not `good` is not known. */
export interface ChainLink {
  readonly file: string;
  readonly state: 'good' | 'missing' | 'stale' | 'maybeStale' | 'damaged' | 'broken';
  /** Why it is not good; or what is odd about it. */
  readonly problem: string | null;
}

/** QEMU's names of formats. */
const FORMATS: Readonly<Record<string, DiskImageFormat>> = { raw: 'raw', qcow2: 'qcow2', vpc: 'vhd', vhdx: 'vhdx' };
const MAXIMUM_DEPTH = 64;

/** Everything that the disk lies over; the disk alone when that is nothing. Reads tables, never the data. */
export const chainOf = async (file: string, top: DiskInfo): Promise<readonly ChainLink[]> => {
  const links: ChainLink[] = [{ file, state: 'good', problem: null }];
  let info = top;
  let at = file;
  while (info.backing !== null) {
    const { name, format } = info.backing;
    at = resolve(dirname(at), name);
    if (links.length >= MAXIMUM_DEPTH)
      return [...links, { file: at, state: 'broken', problem: 'The chain is too deep.' }];
    try {
      info = await inspectDisk(at, null, FORMATS[format ?? '']);
    } catch (error) {
      return [...links, { file: at, ...troubleOf(error) }];
    }
    links.push({ file: at, state: 'good', problem: null });
  }
  return info.type === 'differencing' ? [...links, ...(await parentsOf(at, info.format))] : links;
};

const parentsOf = async (leaf: string, format: DiskImageFormat): Promise<readonly ChainLink[]> => {
  const children: string[] = [];
  const find: ResolveParent = (parent, child) => {
    children.push(child);
    return lookAround(parent, child);
  };
  try {
    const chain = await openChain({ ...plainFile(leaf), format }, find, { maxDepth: MAXIMUM_DEPTH });
    await chain.source.close();
    return chain.files.slice(1).map(({ file }) => {
      const [note] = chain.notes.filter(({ parent }) => parent === file);
      if (note?.kind === 'parentChangedAt')
        return { file, state: 'maybeStale' as const, problem: `${note.message} ${MAYBE}` };
      return { file, state: 'good' as const, problem: note?.message ?? null };
    });
  } catch (error) {
    // Those whose parents were looked for are good themselves; the first is the leaf.
    const good = children.slice(1).map((file) => ({ file, state: 'good' as const, problem: null }));
    return [...good, { file: fileOf(error), ...troubleOf(error) }];
  }
};

const MAYBE = 'If it was written to since, the disk is damaged; if it was only copied, it is not.';

/** Whoever inspects a file may read what is around it; names of another host lead nowhere here. */
const lookAround = parentsWithin({
  resolve: async (text) => {
    const file = await realpath(text).catch(() => null);
    if (file === null) throw new DomainError('invalidParameter', `${text} is not there.`);
    return { text, file, exists: true };
  },
});

const PROBLEMS: Readonly<Record<ChainError['problem'], ChainLink['state']>> = {
  parentMissing: 'missing',
  parentStale: 'stale',
  parentUnusable: 'damaged',
  cycle: 'broken',
  tooDeep: 'broken',
  noLinkage: 'broken',
};

const troubleOf = (error: unknown): Pick<ChainLink, 'state' | 'problem'> => {
  if (error instanceof ChainError) return { state: PROBLEMS[error.problem], problem: error.message };
  if (error instanceof DiskFormatError) return { state: 'damaged', problem: error.message };
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing', problem: 'The file is not there.' };
  return { state: 'broken', problem: message };
};

/** What was taken for the parent, or else what the child calls it. */
const fileOf = (error: unknown): string => {
  if (!(error instanceof ChainError)) return '?';
  return error.refused.find(({ problem }) => problem !== 'missing')?.file ?? error.parent?.names[0]?.text ?? '?';
};

/** A tree, of which each disk has one branch. */
export const chainSections = (links: readonly ChainLink[]): Section[] =>
  links.length === 1
    ? []
    : [
        {
          columns: ['chain', 'state', 'why'],
          rows: links.map(({ file, state, problem }, depth) => [
            depth === 0
              ? basename(file)
              : `${'   '.repeat(depth - 1)}└─ ${state === 'missing' ? file : basename(file)}`,
            state === 'maybeStale' ? 'maybe stale' : state,
            problem ?? '',
          ]),
        },
      ];
