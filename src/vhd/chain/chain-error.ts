import { basename } from 'node:path';
import type { DiskParent } from '../disk-info.ts';

export type ChainProblem =
  /** No file was found under any of the parent's names. */
  | 'parentMissing'
  /** A file of that name is there, but another disk, or the disk was written after the child was made. */
  | 'parentStale'
  /** A file is its own ancestor. */
  | 'cycle'
  | 'tooDeep'
  /** A parent of another format, or one that breaks its format. */
  | 'parentUnusable'
  /** The child does not tell which identity its parent must have. */
  | 'noLinkage';

/** A file that was taken for the parent and was not it. */
export interface RefusedParent {
  readonly file: string;
  readonly problem: 'missing' | 'stale' | 'unusable';
  /** What it is: its identity when stale, else why it cannot be used. */
  readonly found: string;
}

/** Why a chain cannot be opened. The message has base names only; `child` and `refused` have the paths as the caller gave them. */
export class ChainError extends Error {
  readonly problem: ChainProblem;
  /** The file whose parent is the trouble. */
  readonly child: string;
  readonly parent: DiskParent | null;
  readonly refused: readonly RefusedParent[];

  constructor(
    problem: ChainProblem,
    message: string,
    child: string,
    parent: DiskParent | null,
    refused: readonly RefusedParent[] = [],
  ) {
    super(message);
    this.name = 'ChainError';
    this.problem = problem;
    this.child = child;
    this.parent = parent;
    this.refused = refused;
  }
}

/** Everything that was tried, in one sentence for a person. */
export const parentProblem = (child: string, parent: DiskParent, refused: readonly RefusedParent[]): ChainError => {
  const name = basename(child);
  const stale = refused.find((each) => each.problem === 'stale');
  if (stale !== undefined)
    return new ChainError(
      'parentStale',
      `${basename(stale.file)} is not the parent of ${name} as it was when ${name} was made: its identity is ${stale.found}, expected is ${parent.linkage ?? 'none'}.`,
      child,
      parent,
      refused,
    );
  const unusable = refused.find((each) => each.problem === 'unusable');
  if (unusable !== undefined)
    return new ChainError(
      'parentUnusable',
      `${basename(unusable.file)}, the parent of ${name}, cannot be used: ${unusable.found}`,
      child,
      parent,
      refused,
    );
  const called = parent.names.map((each) => each.text).join(', ');
  return new ChainError(
    'parentMissing',
    `The parent of ${name} was not found; it is called ${called === '' ? 'nothing' : called}.`,
    child,
    parent,
    refused,
  );
};

/** `parent`: that of the last file that was taken; null where it is not at hand. */
export const tooDeep = (most: number, child: string, parent: DiskParent | null = null): ChainError =>
  new ChainError('tooDeep', `The chain has more than ${most} files.`, child, parent);
