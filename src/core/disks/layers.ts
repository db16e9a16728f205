import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { dataExtents } from '../../vhd/data-extents.ts';
import type { DiskLayer } from '../../vhd/layer.ts';
import { openLayer } from '../../vhd/chain/open-layer.ts';
import { PageCache } from '../../vhd/page-cache.ts';
import { openSource } from '../../vhd/source.ts';
import { openResolved } from '../paths/open.ts';
import type { BackingImage } from '../machine-spec.ts';
import { sparseLayer } from './sparse-layer.ts';

/** Bytes of tables kept in memory for one chain. */
const CACHE_BYTES = 16 * 1024 * 1024;

/** Opens files of one chain, youngest first, read-only, for as long as the work takes. */
export const withLayers = async <T>(
  images: readonly BackingImage[],
  work: (layers: readonly DiskLayer[], handles: readonly FileHandle[]) => Promise<T>,
): Promise<T> => {
  const cache = new PageCache(CACHE_BYTES);
  const layers: DiskLayer[] = [];
  const handles: FileHandle[] = [];
  const close: (() => Promise<void>)[] = [];
  try {
    for (const { file, format } of images) {
      const handle = await openResolved({ text: file, file, exists: true }, constants.O_RDONLY);
      handles.push(handle);
      const source = await openSource(handle);
      close.push(() => source.close());
      const layer = await openLayer(source, format, cache);
      const isFlat = format === 'raw' || (format === 'vhd' && layer.info.type === 'fixed');
      layers.push(isFlat ? sparseLayer(layer, await dataExtents(handle)) : layer);
    }
    return await work(layers, handles);
  } finally {
    await Promise.all(close.map((each) => each()));
  }
};
