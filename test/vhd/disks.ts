import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type BlockSource, extentsOf } from '../../src/vhd/block-source.ts';
import { type DiskChain, openChain } from '../../src/vhd/chain/chain.ts';
import type { DiskWriter } from '../../src/vhd/disk-writer.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { besideChild, plainFile } from '../../src/vhd/chain/parent-names.ts';
import { createVhd } from '../../src/vhd/vhd/writer.ts';
import { createVhdx } from '../../src/vhd/vhdx/writer.ts';
import { qemuImg } from './fixtures.ts';

const run = promisify(execFile);

/** Numbers that are random enough and the same in every run (mulberry32). */
export const seeded = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
};

export interface DiskKind {
  readonly name: string;
  readonly format: 'vhd' | 'vhdx';
  readonly sector: 512 | 4096;
  readonly blockSize: number;
}

const MIB = 1024 * 1024;

export const KINDS: readonly DiskKind[] = [
  { name: 'VHD', format: 'vhd', sector: 512, blockSize: 2 * MIB },
  { name: 'VHDX with blocks of 1 MiB', format: 'vhdx', sector: 512, blockSize: MIB },
  { name: 'VHDX with sectors of 4 KiB', format: 'vhdx', sector: 4096, blockSize: 2 * MIB },
  { name: 'VHDX with blocks of 32 MiB', format: 'vhdx', sector: 512, blockSize: 32 * MIB },
];

export const fileEnding = (kind: DiskKind, differencing: boolean): string => (differencing ? 'a' : '') + kind.format;

/** A new disk of this kind; with the youngest file of a chain as its parent when `parent` is given. */
export const create = async (
  kind: DiskKind,
  file: string,
  size: number,
  type: 'fixed' | 'dynamic',
  parent: string | null = null,
): Promise<DiskWriter> => {
  const disk = { file, size };
  if (parent === null)
    return kind.format === 'vhd'
      ? createVhd({ ...disk, type })
      : createVhdx({ ...disk, type, blockSize: kind.blockSize, logicalSectorSize: kind.sector });
  const name = parent.split('/').at(-1) ?? '';
  const info = await inspectDisk(parent);
  const linkage = (kind.format === 'vhd' ? info.id : info.dataWriteId) ?? '';
  const of = { linkage, relativePath: `.\\${name}`, absolutePath: `C:\\VMs\\${name}`, changed: Date.now() };
  return kind.format === 'vhd'
    ? createVhd({ ...disk, type: 'differencing', parent: of })
    : createVhdx({
        ...disk,
        type: 'differencing',
        parent: of,
        blockSize: kind.blockSize,
        logicalSectorSize: kind.sector,
      });
};

/** Writes at random places, whole units, into a disk and into the model of its content. */
export const scribble = async (
  writer: DiskWriter,
  model: Buffer,
  random: (below: number) => number,
  count: number,
  unit = writer.logicalSectorSize,
): Promise<void> => {
  const units = model.length / unit;
  for (let i = 0; i < count; i++) {
    const from = random(units);
    const length = Math.min(units - from, 1 + random(random(4) === 0 ? units : 40)) * unit;
    const at = from * unit;
    if (random(6) === 0) {
      await writer.zero(at, length);
      model.fill(0, at, at + length);
    } else {
      const data = Buffer.alloc(length, `${random(1e9)} `);
      await writer.write(at, data);
      data.copy(model, at);
    }
  }
};

export const open = (file: string): Promise<DiskChain> => openChain(plainFile(file), besideChild);

export const readAll = async (source: BlockSource): Promise<Buffer> => {
  const bytes = Buffer.alloc(source.size, 0xee);
  await source.read(0, bytes);
  return bytes;
};

export const contentOf = async (file: string): Promise<Buffer> => {
  const { source } = await open(file);
  try {
    return await readAll(source);
  } finally {
    await source.close();
  }
};

/** Extents cover the disk, and what they call zero is. */
export const extentsAgree = async (source: BlockSource, content: Buffer): Promise<boolean> => {
  let at = 0;
  for await (const extent of extentsOf(source)) {
    if (extent.offset !== at || extent.length <= 0) return false;
    at += extent.length;
    if (extent.kind === 'zero' && !content.subarray(extent.offset, at).every((byte) => byte === 0)) return false;
  }
  return at === source.size;
};

/** What QEMU reads in a file that has no parent. */
export const contentByQemu = async (kind: DiskKind, file: string): Promise<Buffer> => {
  const raw = `${file}.raw`;
  await qemuImg('convert', '-f', kind.format === 'vhd' ? 'vpc' : 'vhdx', '-O', 'raw', file, raw);
  return readFile(raw);
};

/** libvhdi: readers written independently of ours and of QEMU's, for chains too. */
const OPENER = `
import sys, pyvhdi
def opened(names):
    files = []
    for name in names:
        file = pyvhdi.file()
        file.open(name)
        files.append(file)
    for child, parent in zip(files, files[1:]):
        child.set_parent(parent)
    return files
def copy(file, left, name):
    with open(name, 'wb') as out:
        while left > 0:
            data = file.read_buffer(min(left, 1 << 20))
            out.write(data)
            left -= len(data)
`;
const READER = `${OPENER}
files = opened(sys.argv[2:])
copy(files[0], files[0].get_media_size(), sys.argv[1])
`;
const PART_READER = `${OPENER}
files = opened(sys.argv[4:])
files[0].seek_offset(int(sys.argv[1]), 0)
copy(files[0], int(sys.argv[2]), sys.argv[3])
`;

/** `files`: the youngest first. */
export const contentByLibvhdi = async (...files: readonly string[]): Promise<Buffer> => {
  const raw = `${files[0]}.libvhdi`;
  // Debian's own interpreter, which has the bindings, whatever else is in the PATH.
  await run('/usr/bin/python3', ['-c', READER, raw, ...files]);
  return readFile(raw);
};

/** The same for a part of a large disk. */
export const partByLibvhdi = async (offset: number, length: number, ...files: readonly string[]): Promise<Buffer> => {
  const raw = `${files[0]}.libvhdi`;
  await run('/usr/bin/python3', ['-c', PART_READER, String(offset), String(length), raw, ...files]);
  return readFile(raw);
};

export const vhdiinfo = async (file: string): Promise<string> => (await run('vhdiinfo', [file])).stdout;
