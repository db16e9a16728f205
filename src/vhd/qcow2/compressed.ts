import type { Transform } from 'node:stream';
import { createInflateRaw, createZstdDecompress } from 'node:zlib';
import { DiskFormatError } from '../disk-info.ts';

/** Numbers of the compression type in the header; 0 is deflate without a header of its own. */
const DECOMPRESSORS: Readonly<Record<number, () => Transform>> = {
  0: () => createInflateRaw(),
  1: () => createZstdDecompress(),
};

/**
 * One cluster. `bytes` goes on behind the compressed data, whose length the file tells in whole sectors only: what comes
 * after the cluster is full is not looked at.
 */
export const decompressCluster = (bytes: Buffer, size: number, type: number, at: number): Promise<Buffer> => {
  const make = DECOMPRESSORS[type];
  if (make === undefined) throw new DiskFormatError(`The compression ${type} is not known`, 104);
  return new Promise((resolve, reject) => {
    const stream = make();
    const parts: Buffer[] = [];
    let length = 0;
    const end = (): void => {
      if (length >= size) resolve(Buffer.concat(parts).subarray(0, size));
      else reject(new DiskFormatError('A compressed cluster is damaged', at));
      stream.destroy();
    };
    stream.on('data', (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length >= size) end();
    });
    stream.on('end', end);
    stream.on('error', end);
    stream.end(bytes);
  });
};
