import { fileNode, servedNode } from './ids.ts';
import type { DiskSource } from './layout.ts';

/** A block node as `-blockdev` and blockdev-add take it. */
export type BlockNode = { readonly 'node-name': string; readonly [member: string]: unknown };

/**
 * The block nodes of one image, base first, so that each finds the one below it. Formats are named, no name in a header is
 * followed, image locking stays on. Each file of a chain is a node of its own: QEMU would mix a nested one with what the
 * overlay's header says of it.
 */
export function blockNodes(holder: string, source: DiskSource): readonly BlockNode[] {
  const chain: DiskSource[] = [];
  for (let at: DiskSource | undefined = source; at !== undefined; at = at.kind === 'file' ? at.backing : undefined)
    chain.push(at);
  return chain
    .map((link, depth) => {
      const below = chain[depth + 1];
      return node(nodeName(holder, link), link, below === undefined ? null : nodeName(holder, below));
    })
    .toReversed();
}

/** The node of a source; of a chain, of its top. */
export const nodeName = (holder: string, source: DiskSource): string =>
  source.kind === 'nbd' ? servedNode(holder) : fileNode(holder, source.file);

function node(name: string, source: DiskSource, below: string | null): BlockNode {
  if (source.kind === 'nbd') {
    return {
      driver: 'nbd',
      'node-name': name,
      server: { type: 'unix', path: source.socket },
      export: 'disk',
      ...(source.reconnectSeconds === undefined ? {} : { 'reconnect-delay': source.reconnectSeconds }),
      'read-only': source.readOnly,
      discard: 'unmap',
    };
  }
  const image = {
    driver: source.driver,
    'node-name': name,
    'read-only': source.readOnly,
    discard: 'unmap',
    file: protocolNode(source.file, source.readOnly),
  };
  if (source.driver === 'raw') return source.size === null ? image : { ...image, size: source.size };
  // Whatever its header says by now: no other file is opened than those that were checked.
  return { ...image, backing: below };
}

/**
 * What is only read inherits that from the node over it, so that a merge can open both for writing. The page cache stays when
 * a guest goes on after its memory was saved or restored: QEMU would drop it for all files of the chain, for the case that
 * another host wrote to them meanwhile. Here nobody does, and the guest would read everything from the disk again.
 */
function protocolNode(filename: string, readOnly: boolean): object {
  return {
    driver: 'file',
    filename,
    locking: 'on',
    discard: 'unmap',
    'drop-cache': false,
    ...(readOnly ? {} : { 'read-only': false }),
  };
}
