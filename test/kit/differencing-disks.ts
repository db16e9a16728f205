import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { createVhd } from '../../src/vhd/vhd/writer.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';

const MIB = 1024 * 1024;

export type HyperVFormat = 'vhdx' | 'vhd';

/** A plain disk with the content of a raw image, as a Hyper-V host would have it. Size in bytes; the image's by default. */
export async function plainDisk(format: HyperVFormat, file: string, image: string, size?: number): Promise<string> {
  const content = await readFile(image);
  const whole = size ?? Math.ceil(content.length / MIB) * MIB;
  const create = format === 'vhdx' ? createVhdx : createVhd;
  const disk = await create({ file, size: whole, type: 'dynamic' });
  for (let at = 0; at < content.length; at += MIB) {
    const part = content.subarray(at, at + MIB);
    if (part.some((byte) => byte !== 0)) await disk.write(at, part);
  }
  await disk.close();
  return file;
}

/** A differencing disk over `parent`, beside it, that holds these stretches anew. */
export async function childDisk(
  format: HyperVFormat,
  file: string,
  parent: string,
  stretches: readonly (readonly [offset: number, bytes: Buffer])[],
): Promise<string> {
  const info = await inspectDisk(parent);
  const linkage = (format === 'vhdx' ? info.dataWriteId : info.id) ?? '';
  const create = format === 'vhdx' ? createVhdx : createVhd;
  const disk = await create({
    file,
    size: info.virtualSize,
    type: 'differencing',
    parent: { linkage, relativePath: `.\\${basename(parent)}`, changed: (await stat(parent)).mtimeMs },
  });
  for (const [offset, bytes] of stretches) await disk.write(offset, bytes);
  await disk.close();
  return file;
}

export const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
