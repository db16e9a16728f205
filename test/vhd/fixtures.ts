import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32c } from '../../src/vhd/vhdx/crc32c.ts';
import { vhdChecksum } from '../../src/vhd/vhd/footer.ts';

const run = promisify(execFile);

/** Images made by QEMU's own tool, which is also the oracle of what is in them. */
export const qemuImg = async (...parameters: string[]): Promise<string> => (await run('qemu-img', parameters)).stdout;

export const withDirectory = async (work: (directory: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-vhd-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
};

/** Changes bytes of a file in place. */
export const patch = async (file: string, at: number, bytes: Uint8Array): Promise<void> => {
  const handle = await open(file, 'r+');
  try {
    await handle.write(bytes, 0, bytes.length, at);
  } finally {
    await handle.close();
  }
};

export const peek = async (file: string, at: number, length: number): Promise<Buffer> => {
  const handle = await open(file, 'r');
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, at);
  await handle.close();
  return buffer;
};

export const sizeOf = async (file: string): Promise<number> => (await readFile(file)).length;

/** Changes a footer and makes its checksum right again; `copies` where the footer lies. */
export const changeVhdFooter = async (
  file: string,
  copies: readonly number[],
  change: (footer: Buffer) => void,
): Promise<void> => {
  for (const at of copies) {
    const footer = await peek(file, at, 512);
    change(footer);
    footer.writeUInt32BE(vhdChecksum(footer, 64), 64);
    await patch(file, at, footer);
  }
};

export const changeVhdHeader = async (file: string, change: (header: Buffer) => void): Promise<void> => {
  const header = await peek(file, 512, 1024);
  change(header);
  header.writeUInt32BE(vhdChecksum(header, 36), 36);
  await patch(file, 512, header);
};

export const PARENT_VHD_ID = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

/** Makes a differencing disk of a dynamic one: what Hyper-V writes, and QEMU cannot. */
export const makeDifferencingVhd = async (file: string): Promise<void> => {
  const relative = Buffer.from('.\\parent.vhd', 'utf16le');
  const absolute = Buffer.from('C:\\VMs\\parent.vhd', 'utf16le');
  const bytes = await readFile(file);
  const footer = bytes.subarray(-512);
  const at = bytes.length - 512;
  const locators = Buffer.alloc(1024);
  relative.copy(locators, 0);
  absolute.copy(locators, 512);
  await writeFile(file, Buffer.concat([bytes.subarray(0, at), locators, footer]));
  await changeVhdFooter(file, [0, at + 1024], (each) => each.writeUInt32BE(4, 60));
  await changeVhdHeader(file, (header) => {
    PARENT_VHD_ID.copy(header, 40);
    Buffer.from('parent.vhd', 'utf16le').swap16().copy(header, 64);
    for (const [index, code, length] of [
      [0, 'W2ru', relative.length],
      [1, 'W2ku', absolute.length],
    ] as const) {
      const entry = 576 + index * 24;
      header.write(code, entry, 'latin1');
      header.writeUInt32BE(512, entry + 4);
      header.writeUInt32BE(length, entry + 8);
      header.writeBigUInt64BE(BigInt(at + index * 512), entry + 16);
    }
  });
};

const KIB = 1024;

/** Changes both headers, or one, with the right checksum. */
export const changeVhdxHeaders = async (
  file: string,
  change: (header: Buffer) => void,
  copies: readonly number[] = [0, 1],
): Promise<void> => {
  for (const copy of copies) {
    const at = 64 * KIB * (copy + 1);
    const header = await peek(file, at, 4096);
    change(header);
    header.writeUInt32LE(crc32c(header, 4), 4);
    await patch(file, at, header);
  }
};

export const changeVhdxRegions = async (file: string, change: (table: Buffer) => void): Promise<void> => {
  for (const at of [192 * KIB, 256 * KIB]) {
    const table = await peek(file, at, 64 * KIB);
    change(table);
    table.writeUInt32LE(crc32c(table, 4), 4);
    await patch(file, at, table);
  }
};

export const guidBytes = (guid: string): Buffer => {
  const hex = guid.replaceAll('-', '');
  const bytes = Buffer.from(hex, 'hex');
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
};

/** Place of the metadata region, found by its id. */
export const metadataRegion = async (file: string): Promise<number> => {
  const table = await peek(file, 192 * KIB, 64 * KIB);
  const at = table.indexOf(guidBytes('8B7CA206-4790-4B9A-B8FE-575F050F886E'));
  return Number(table.readBigUInt64LE(at + 16));
};

/** Place of a metadata item's entry in the file. */
export const metadataEntry = async (file: string, id: string): Promise<number> => {
  const region = await metadataRegion(file);
  const table = await peek(file, region, 64 * KIB);
  return region + table.indexOf(guidBytes(id));
};

/** Place of a metadata item's value in the file. */
export const metadataItem = async (file: string, id: string): Promise<number> => {
  const entry = await peek(file, await metadataEntry(file, id), 32);
  return (await metadataRegion(file)) + entry.readUInt32LE(16);
};

export const FILE_PARAMETERS = 'CAA16737-FA36-4D43-B3B6-33F0AA44E76B';
export const PARENT_LOCATOR = 'A8D35F2D-B30B-454D-ABF7-D3D84834AB0C';
export const DISK_SIZE = '2FA54224-CD1B-4876-B211-5DBED83BF4B8';
export const PARENT_DATA_WRITE_ID = 'FF34003B-11ED-4CF8-A166-B2BE05E20B80';

const composeLocator = (pairs: Readonly<Record<string, string>>): Buffer => {
  const entries = Object.entries(pairs);
  const head = Buffer.alloc(20 + entries.length * 12);
  guidBytes('B04AEFB7-D19E-4A81-B789-25B8E9445913').copy(head, 0);
  head.writeUInt16LE(entries.length, 18);
  const texts: Buffer[] = [];
  let at = head.length;
  for (const [index, pair] of entries.entries()) {
    for (const [which, text] of pair.entries()) {
      const bytes = Buffer.from(text, 'utf16le');
      head.writeUInt32LE(at, 20 + index * 12 + which * 4);
      head.writeUInt16LE(bytes.length, 20 + index * 12 + 8 + which * 2);
      texts.push(bytes);
      at += bytes.length;
    }
  }
  return Buffer.concat([head, ...texts]);
};

export const makeDifferencingVhdx = async (file: string): Promise<void> => {
  const parameters = await metadataItem(file, FILE_PARAMETERS);
  await patch(file, parameters + 4, Buffer.from([2, 0, 0, 0]));
  const locator = composeLocator({
    parent_linkage: `{${PARENT_DATA_WRITE_ID.toLowerCase()}}`,
    parent_linkage2: '{00000000-0000-0000-0000-000000000000}',
    relative_path: '.\\parent.avhdx',
    absolute_win32_path: 'C:\\VMs\\parent.avhdx',
  });
  const region = await metadataRegion(file);
  const place = 128 * KIB;
  await patch(file, region + place, locator);
  const head = await peek(file, region, 32);
  const count = head.readUInt16LE(10);
  const entry = Buffer.alloc(32);
  guidBytes(PARENT_LOCATOR).copy(entry, 0);
  entry.writeUInt32LE(place, 16);
  entry.writeUInt32LE(locator.length, 20);
  entry.writeUInt32LE(4, 24);
  await patch(file, region + 32 + count * 32, entry);
  head.writeUInt16LE(count + 1, 10);
  await patch(file, region, head);
};
