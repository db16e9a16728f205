import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

const compressed = promisify(deflate);

/** A PNG of RGB565 little-endian pixels, row 0 on top (what GetVirtualSystemThumbnailImage returns). */
export async function encodePng(rgb565: Buffer, width: number, height: number): Promise<Buffer> {
  if (rgb565.length !== width * height * 2)
    throw new Error(`The picture has ${rgb565.length} bytes instead of ${width * height * 2}.`);
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0, out = 0; y < height; y++) {
    rows[out++] = 0;
    for (let x = 0; x < width; x++) {
      const pixel = rgb565.readUInt16LE((y * width + x) * 2);
      rows[out++] = ((pixel >> 11) * 255) / 31;
      rows[out++] = (((pixel >> 5) & 63) * 255) / 63;
      rows[out++] = ((pixel & 31) * 255) / 31;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', await compressed(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
