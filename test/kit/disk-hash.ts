import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { filesOf } from '../../src/core/disks/chain-files.ts';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import { withLayers } from '../../src/core/disks/layers.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import { MergedSource } from '../../src/vhd/chain/merged-source.ts';
import { readAll } from '../vhd/disks.ts';

/** Hash of what a guest reads in the disk, by our own readers. `text`: as in HostResource, of a service on `data`. */
export const diskHash = async (data: string, roots: readonly string[], text: string): Promise<string> => {
  const options = { dataDirectory: data, stateDirectory: join(data, 'state'), roots };
  const image = await createDiskFiles(createPathResolver(options)).inspect(text, 'disk', 'read');
  return withLayers(filesOf(image), async ([top, ...below]) => {
    const shown = new MergedSource([top ?? assert.fail('a disk without a file'), ...below], () => Promise.resolve());
    return createHash('sha256')
      .update(await readAll(shown))
      .digest('hex');
  });
};
