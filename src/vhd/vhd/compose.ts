import { guidBytes } from '../binary.ts';
import type { NewParent } from '../disk-writer.ts';
import { vhdChecksum, VHD_FOOTER_BYTES } from './footer.ts';
import { VHD_HEADER_BYTES } from './header.ts';

const SECTOR = 512;
const NO_OFFSET = 0xffff_ffff_ffff_ffffn;
const VERSION = 0x0001_0000;
/** Seconds from 1970 to 2000, where VHD begins to count. */
export const VHD_EPOCH_S = 946_684_800;

const TYPES = { fixed: 2, dynamic: 3, differencing: 4 } as const;

export interface FooterFields {
  readonly type: keyof typeof TYPES;
  readonly size: number;
  readonly id: string;
  readonly created: Date;
}

export const composeFooter = ({ type, size, id, created }: FooterFields): Buffer => {
  const bytes = Buffer.alloc(VHD_FOOTER_BYTES);
  bytes.write('conectix', 0, 'latin1');
  bytes.writeUInt32BE(2, 8);
  bytes.writeUInt32BE(VERSION, 12);
  bytes.writeBigUInt64BE(type === 'fixed' ? NO_OFFSET : BigInt(VHD_FOOTER_BYTES), 16);
  bytes.writeUInt32BE(toVhdTime(created.getTime()), 24);
  // Readers (QEMU among them) take the size from the geometry, which is rounded, unless they know the creator.
  bytes.write('win ', 28, 'latin1');
  bytes.writeUInt32BE(0x000a_0000, 32);
  bytes.write('Wi2k', 36, 'latin1');
  bytes.writeBigUInt64BE(BigInt(size), 40);
  bytes.writeBigUInt64BE(BigInt(size), 48);
  bytes.writeUInt32BE(geometry(size / SECTOR), 56);
  bytes.writeUInt32BE(TYPES[type], 60);
  guidBytes(id).copy(bytes, 68);
  bytes.writeUInt32BE(vhdChecksum(bytes, 64), 64);
  return bytes;
};

export const toVhdTime = (milliseconds: number): number =>
  Math.min(0xffff_ffff, Math.max(0, Math.floor(milliseconds / 1000) - VHD_EPOCH_S));

/** Cylinders, heads and sectors per track in 32 bits, by the rule of the VHD specification's appendix. */
const geometry = (sectors: number): number => {
  const total = Math.min(sectors, 65535 * 16 * 255);
  let perTrack = 255;
  let heads = 16;
  let tracks = Math.floor(total / perTrack);
  if (total < 65535 * 16 * 63) {
    perTrack = 17;
    tracks = Math.floor(total / perTrack);
    heads = Math.max(4, Math.floor((tracks + 1023) / 1024));
    if (tracks >= heads * 1024 || heads > 16) {
      perTrack = 31;
      heads = 16;
      tracks = Math.floor(total / perTrack);
    }
    if (tracks >= heads * 1024) {
      perTrack = 63;
      heads = 16;
      tracks = Math.floor(total / perTrack);
    }
  }
  return ((Math.floor(tracks / heads) << 16) | (heads << 8) | perTrack) >>> 0;
};

/** The header of a dynamic disk and, for a differencing one, the texts that it points to. */
export const composeHeader = (
  fields: { readonly tableOffset: number; readonly tableEntries: number; readonly blockSize: number },
  parent: NewParent | null,
  locatorsAt: number,
): { readonly header: Buffer; readonly locators: Buffer } => {
  const header = Buffer.alloc(VHD_HEADER_BYTES);
  header.write('cxsparse', 0, 'latin1');
  header.writeBigUInt64BE(NO_OFFSET, 8);
  header.writeBigUInt64BE(BigInt(fields.tableOffset), 16);
  header.writeUInt32BE(VERSION, 24);
  header.writeUInt32BE(fields.tableEntries, 28);
  header.writeUInt32BE(fields.blockSize, 32);
  const texts: Buffer[] = [];
  if (parent !== null) {
    guidBytes(parent.linkage).copy(header, 40);
    header.writeUInt32BE(parent.changed === undefined ? 0 : toVhdTime(parent.changed), 56);
    const name = parent.relativePath.split('\\').at(-1) ?? '';
    // 256 characters, and no end mark when all are used.
    Buffer.from(name.slice(0, 256), 'utf16le').swap16().copy(header, 64);
    let at = locatorsAt;
    for (const [index, [code, path]] of (
      [
        ['W2ru', parent.relativePath],
        ['W2ku', parent.absolutePath],
      ] as const
    ).entries()) {
      if (path === undefined) continue;
      const text = Buffer.from(path, 'utf16le');
      const room = Math.ceil(text.length / SECTOR) * SECTOR;
      const entry = 576 + index * 24;
      header.write(code, entry, 'latin1');
      header.writeUInt32BE(room, entry + 4);
      header.writeUInt32BE(text.length, entry + 8);
      header.writeBigUInt64BE(BigInt(at), entry + 16);
      texts.push(text, Buffer.alloc(room - text.length));
      at += room;
    }
  }
  header.writeUInt32BE(vhdChecksum(header, 36), 36);
  return { header, locators: Buffer.concat(texts) };
};
