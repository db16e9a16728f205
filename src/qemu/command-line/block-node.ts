import type { DiskSource } from './layout.ts';

/**
 * The block graph of one disk as one nested description, for `-blockdev` and for blockdev-add. Formats are named, no
 * name in a header is followed, image locking stays on.
 */
export function blockNode(nodeName: string, source: DiskSource): { readonly [member: string]: unknown } {
  if (source.kind === 'nbd') {
    return {
      driver: 'nbd',
      'node-name': nodeName,
      server: { type: 'unix', path: source.socket },
      export: 'disk',
      'read-only': source.readOnly,
      discard: 'unmap',
    };
  }
  const node = {
    driver: source.driver,
    'node-name': nodeName,
    'read-only': source.readOnly,
    discard: 'unmap',
    file: fileNode(source.file, source.readOnly),
  };
  if (source.driver === 'raw') return source.size === null ? node : { ...node, size: source.size };
  // Whatever its header says by now: no other file is opened.
  return { ...node, backing: null };
}

function fileNode(filename: string, readOnly: boolean): object {
  return { driver: 'file', filename, locking: 'on', 'read-only': readOnly, discard: 'unmap' };
}
