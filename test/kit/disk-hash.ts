import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { filesOf } from '../../src/core/disks/chain-files.ts';
import { createDiskFiles } from '../../src/core/disks/inspected-files.ts';
import { createPathResolver } from '../../src/core/paths/resolver.ts';
import type { DiskLayer } from '../../src/vhd/layer.ts';
import { MergedSource } from '../../src/vhd/merged-source.ts';
import { openLayer } from '../../src/vhd/open-layer.ts';
import { PageCache } from '../../src/vhd/page-cache.ts';
import { plainFile } from '../../src/vhd/parent-names.ts';
import { openSource } from '../../src/vhd/source.ts';
import { readAll } from '../vhd/disks.ts';

/** Hash of what a guest reads in the disk, by our own readers. `text`: as in HostResource, of a service on `data`. */
export const diskHash = async (data: string, roots: readonly string[], text: string): Promise<string> => {
  const options = { dataDirectory: data, stateDirectory: join(data, 'state'), roots };
  const image = await createDiskFiles(createPathResolver(options)).inspect(text, 'disk', 'read');
  const cache = new PageCache(1 << 20);
  const sources = await Promise.all(
    filesOf(image).map(async ({ file, format }) => ({
      source: await openSource(await plainFile(file).open()),
      format,
    })),
  );
  const layers = await Promise.all(sources.map(({ source, format }) => openLayer(source, format, cache)));
  const release = async (): Promise<void> => {
    await Promise.all(sources.map(({ source }) => source.close()));
  };
  const merged = new MergedSource(layers as [DiskLayer, ...DiskLayer[]], release);
  const hash = createHash('sha256')
    .update(await readAll(merged))
    .digest('hex');
  await merged.close();
  return hash;
};
