import type { DiskInfo } from './disk-info.ts';
import type { ByteSource } from './source.ts';

/** Where a stretch of one disk file lies. `absent`: in the parent. */
export type Run =
  | { readonly kind: 'zero' | 'absent'; readonly length: number }
  | { readonly kind: 'data'; readonly length: number; readonly position: number };

/** One disk file of a chain, opened. */
export interface DiskLayer {
  readonly info: DiskInfo;
  /** Where runs of data lie: the file, or the file with its log replayed. */
  readonly source: ByteSource;
  /** VHD: what the child noted of the parent's last change, in seconds since 2000; null where the format has no such note. */
  readonly parentChanged: number | null;
  /** What lies at `offset`, for at most `length` bytes; both inside of the disk. At once when the tables are in memory. */
  locate(offset: number, length: number): Run | Promise<Run>;
  /** Tests every entry of the block table: in its place, inside of the file, no two at the same. Takes as long as the table is. */
  checkBlocks(): Promise<void>;
}
