import { useRef } from 'react';
import { work } from '../api/work.ts';

interface NewDisk {
  readonly path: string;
  readonly format: string;
  readonly sizeGb: number;
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
    const { path, format, sizeGb } = disk;
    const body = { path, format, type: 'dynamic', sizeBytes: sizeGb * 2 ** 30, parentPath: null };
    await work('POST', '/images', body);
    made.current = wanted;
  };
};
