import type { DiskImageFormat } from '../disk-info.ts';
import { flatLayer } from '../flat-layer.ts';
import { inspectIso, inspectRaw } from '../inspect-flat.ts';
import type { DiskLayer } from '../layer.ts';
import type { PageCache } from '../page-cache.ts';
import { openQcow2Layer } from '../qcow2/layer.ts';
import type { ByteSource } from '../source.ts';
import { openVhdLayer } from '../vhd/layer.ts';
import { openVhdxLayer } from '../vhdx/layer.ts';

/** The block table of a layer is tested when it is opened if that is quick; each entry is tested again when it is used. */
const QUICK_BLOCKS = 256 * 1024;

/** What holds the blocks of one file, by the format that its name tells. Never looks for a parent. `check`: the block table as a whole. */
export const openLayer = async (
  source: ByteSource,
  format: DiskImageFormat,
  cache: PageCache,
  check = true,
): Promise<DiskLayer> => {
  const layer = await OPENERS[format](source, cache);
  const { blockSize, virtualSize } = layer.info;
  if (check && blockSize > 0 && virtualSize / blockSize <= QUICK_BLOCKS) await layer.checkBlocks();
  return layer;
};

const OPENERS: Readonly<Record<DiskImageFormat, (source: ByteSource, cache: PageCache) => Promise<DiskLayer>>> = {
  vhd: openVhdLayer,
  vhdx: openVhdxLayer,
  raw: async (source) => flatLayer(source, await inspectRaw(source)),
  iso: async (source) => flatLayer(source, await inspectIso(source)),
  qcow2: openQcow2Layer,
};
