import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { filesOf } from '../../src/core/disks/chain-files.ts';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import { withLayers } from '../../src/core/disks/layers.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import { MergedSource } from '../../src/vhd/chain/merged-source.ts';
import { readAll } from '../vhd/disks.ts';

/** What a guest reads in the disk, by our own readers, and the files that it is in. `text`: as in HostResource, of a service on `data`. */
export const diskContent = async (
  data: string,
  roots: readonly string[],
  text: string,
): Promise<{ readonly files: readonly string[]; readonly content: Buffer }> => {
  const options = { dataDirectory: data, stateDirectory: join(data, 'state'), roots };
  const image = await createDiskFiles(createPathResolver(options)).inspect(text, 'disk', 'read');
  const files = filesOf(image);
  return withLayers(files, async ([top, ...below]) => {
    const shown = new MergedSource([top ?? assert.fail('a disk without a file'), ...below], () => Promise.resolve());
    return { files: files.map(({ file }) => file), content: await readAll(shown) };
  });
};

/** Hash of its content. */
export const diskHash = async (data: string, roots: readonly string[], text: string): Promise<string> =>
  createHash('sha256')
    .update((await diskContent(data, roots, text)).content)
    .digest('hex');
