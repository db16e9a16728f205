import type { DiskInfo } from './disk-info.ts';
import type { DiskLayer } from './layer.ts';
import type { ByteSource } from './source.ts';

/** Raw files, ISO images and fixed VHDs: the disk begins where the file does. */
export const flatLayer = (source: ByteSource, info: DiskInfo): DiskLayer => ({
  info,
  source,
  parentChanged: null,
  locate: (offset, length) => ({ kind: 'data', length, position: offset }),
  checkBlocks: () => Promise.resolve(),
});
