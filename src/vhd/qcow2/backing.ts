import type { FileHandle } from 'node:fs/promises';
import { DiskFormatError } from '../disk-info.ts';
import { BACKING_FORMAT, readQcow2Header } from './header.ts';
import type { ByteSource } from '../source.ts';

/**
 * Gives the file below a qcow2 file another name and format, in a file that nobody has open. Nothing else changes: the new
 * file must have the same content. Rejects with DiskFormatError where the header has no room for the name.
 */
export const renameBacking = async (
  handle: FileHandle,
  source: ByteSource,
  backing: { readonly name: string; readonly format: 'raw' | 'qcow2' | 'vpc' | 'vhdx' },
): Promise<void> => {
  const header = await readQcow2Header(source);
  if (header.backing === null) throw new DiskFormatError('It has no backing file', 8);
  const name = Buffer.from(backing.name, 'utf8');
  const { offset, length } = header.backing;
  const end = Math.min(header.clusterSize, source.size);
  const cluster = await source.read(0, end, 'The header');
  const follows = cluster.subarray(offset + length, Math.max(offset + name.length, offset + length));
  if (offset + name.length > end || follows.some((byte) => byte !== 0))
    throw new DiskFormatError('The header has no room for the name of the backing file', offset);
  name.copy(cluster, offset);
  cluster.fill(0, offset + name.length, Math.max(offset + name.length, offset + length));
  cluster.writeUInt32BE(name.length, 16);
  writeFormat(cluster, header.extensionsAt, offset, backing.format);
  await handle.write(cluster, 0, cluster.length, 0);
  await handle.sync();
};

/** The extension is padded to eight bytes, in which every name of a format has room. */
const writeFormat = (cluster: Buffer, from: number, to: number, format: string): void => {
  for (let at = from; at + 16 <= to; ) {
    const [type, length] = [cluster.readUInt32BE(at), cluster.readUInt32BE(at + 4)];
    if (type === BACKING_FORMAT && length > 0 && length <= 8) {
      cluster.writeUInt32BE(format.length, at + 4);
      cluster.fill(0, at + 8, at + 16);
      cluster.write(format, at + 8, 'latin1');
      return;
    }
    if (type === 0) break;
    at += 8 + Math.ceil(length / 8) * 8;
  }
  throw new DiskFormatError('The header does not tell the format of the backing file', from);
};
