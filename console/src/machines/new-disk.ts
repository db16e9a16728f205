import { useRef } from 'react';
import { work } from '../api/work.ts';
import { t } from '../i18n/index.ts';

/** GB of the largest disk that Hyper-V makes. */
const LARGEST_GB = 65_536;

/** What is wrong with the size of a new disk, in GB. */
export const sizeFault = (gb: number): string | null =>
  Number.isInteger(gb) && gb >= 1 && gb <= LARGEST_GB ? null : t('field.range', { low: 1, high: LARGEST_GB });

export type DiskType = 'dynamic' | 'fixed' | 'differencing';

interface NewDisk {
  readonly path: string;
  readonly format: string;
  readonly type: DiskType;
  readonly sizeGb: number;
  /** Of a differencing disk, which has the size of it. */
  readonly parentPath: string | null;
}

/**
 * Makes the disk that a form needs before all else, once: when what follows is refused and put right, the disk is there already.
 * @throws Problem
 */
export const useNewDisk = (): ((disk: NewDisk) => Promise<void>) => {
  const made = useRef<string | null>(null);
  return async (disk) => {
    const wanted = JSON.stringify(disk);
    if (made.current === wanted) return;
    const { path, format, type, sizeGb, parentPath } = disk;
    const body = { path, format, type, sizeBytes: parentPath === null ? sizeGb * 2 ** 30 : null, parentPath };
    await work('POST', '/images', body);
    made.current = wanted;
  };
};
