import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { DEFAULT_PROGRAMS } from '../../src/qemu/host-services.ts';
import { checkImage } from '../../src/qemu/images/check-image.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { serveChain } from '../../src/qemu/images/serve-chain.ts';
import { stopChainServer } from '../../src/qemu/supervise/chain-server.ts';
import { startStorageDaemon, stopStorageDaemon } from '../../src/qemu/supervise/storage-daemon.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';
import { notCancelled } from '../qemu/kit.ts';
import { contentOf } from '../vhd/disks.ts';
import { qemuImg, withDirectory } from '../vhd/fixtures.ts';
import { pointsOf } from './failing-calls.ts';
import { type FileCall, fileAt, recordCalls, writeSparse } from './write-tape.ts';

/*
 * Kill -9 of what writes into a dynamic VHDX, at each call of the kernel by which it does (issue 4 §2): qemu-img that merges, and
 * the storage daemon that serves a machine. What each leaves is read by our reader and by whoever only reads, and the work is done again to
 * its end. `VSMS_POINTS=1000` visits every call. Our own writers: test/vhd, grow.test.ts and in-place.test.ts.
 */

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SIZE = 16 * MIB;
const PIECE = 64 * 1024;
const images = createImageTool();
const quiet = (): void => undefined;

/** Points of each writer. */
const MOST_POINTS = Number(process.env['VSMS_POINTS'] ?? 4);

/** What is written, in this order: into blocks that are there and into new ones, beside data and over it, and a run of blocks. */
const WRITES = [
  { at: PIECE, length: PIECE, byte: 7 },
  { at: 5 * MIB, length: PIECE, byte: 8 },
  { at: 9 * MIB, length: 2 * MIB, byte: 9 },
  { at: 3 * MIB, length: PIECE, byte: 0 },
  { at: 15 * MIB, length: PIECE, byte: 4 },
] as const;

const writeOf = ({ at, length, byte }: (typeof WRITES)[number]): string => `write -q -P ${byte} ${at} ${length}`;

const makeBase = async (file: string): Promise<string> => {
  await qemuImg('create', '-q', '-f', 'vhdx', '-o', 'block_size=1M', file, String(SIZE));
  await run('qemu-io', ['-f', 'vhdx', '-c', `write -q -P 1 0 ${2 * PIECE}`, '-c', `write -q -P 2 3M ${PIECE}`, file]);
  return file;
};

const directoriesOf = (directory: string) => ({ home: directory, logs: directory, sockets: directory });

/** Like a guest: each write is on the disk before the next one. */
const writeServed = async (directory: string, file: string): Promise<void> => {
  const { source } = await startStorageDaemon(
    'disk',
    { driver: 'vhdx', file, readOnly: false },
    { directories: directoriesOf(directory), user: null, program: 'qemu-storage-daemon', endsWithService: true },
  );
  try {
    const words = WRITES.flatMap((write) => ['-c', writeOf(write), '-c', 'flush']);
    await run('qemu-io', [...words, nbdOf(source.socket)]);
  } finally {
    await stopStorageDaemon('disk', directory);
  }
};

const nbdOf = (socket: string): string =>
  `json:${JSON.stringify({ driver: 'nbd', export: 'disk', server: { type: 'unix', path: socket } })}`;

/** What somebody is served who only reads it, where its log makes a difference; the file stays as it is. */
const requireServed = async (directory: string, file: string, content: Buffer, label: string): Promise<void> => {
  if ((await inspectDisk(file)).hazards.length === 0) return;
  const before = await readFile(file);
  const raw = join(directory, 'content.raw');
  await writeSparse(raw, content);
  const source = await serveChain('reader', await checkImage({ file, format: 'vhdx', readOnly: true }), {
    programs: DEFAULT_PROGRAMS,
    directories: directoriesOf(directory),
    endsWithService: true,
  });
  try {
    assert.ok(source.kind === 'nbd');
    await qemuImg('compare', '-q', '-F', 'raw', nbdOf(source.socket), raw);
  } finally {
    await stopChainServer('reader', directory);
    await stopStorageDaemon('reader', directory);
  }
  assert.ok(before.equals(await readFile(file)), `${label}: a reader changed the file`);
};

const requireWhole = async (file: string, content: Buffer, label: string): Promise<void> => {
  assert.ok((await contentOf(file)).equals(content), label);
  await qemuImg('check', '-q', '-f', 'vhdx', file);
  const raw = `${file}.raw`;
  await writeSparse(raw, content);
  await qemuImg('compare', '-q', '-f', 'vhdx', '-F', 'raw', file, raw);
  const { hazards } = await inspectDisk(file);
  assert.deepEqual(hazards, [], label);
};

/** Each piece is as it was or as it becomes; answers which ones of the writes are there in full. */
const requireOldOrNew = (found: Buffer, before: Buffer, after: Buffer, label: string): readonly boolean[] => {
  const isOf = (content: Buffer, at: number): boolean =>
    found.subarray(at, at + PIECE).equals(content.subarray(at, at + PIECE));
  for (let at = 0; at < SIZE; at += PIECE) assert.ok(isOf(before, at) || isOf(after, at), `${label}: at ${at}`);
  return WRITES.map(({ at, length }) => {
    for (let piece = at; piece < at + length; piece += PIECE) if (!isOf(after, piece)) return false;
    return true;
  });
};

interface Killed {
  /** What it leaves. */
  readonly file: string;
  readonly label: string;
}

/** The file as each point leaves it, in a folder that is given to each. */
const killAtEach = async (
  t: TestContext,
  directory: string,
  { before, calls }: { readonly before: Buffer; readonly calls: readonly FileCall[] },
  look: (killed: Killed) => Promise<void>,
): Promise<void> => {
  const points = pointsOf(calls.length, MOST_POINTS);
  for (const point of points) {
    const file = join(directory, 'killed.vhdx');
    await fileAt(before, file, calls, point - 1);
    await look({ file, label: `kill -9 at ${calls[point - 1]?.name} ${point} of ${calls.length}` });
  }
  t.diagnostic(`kill -9 at ${points.length} of ${calls.length} calls, VSMS_FUZZ_SEED=${FUZZ_SEED}`);
};

test('qemu-img, which merges an overlay into it: it is read, and merged to its end', (t) =>
  withDirectory(async (directory) => {
    const base = await makeBase(join(directory, 'base.vhdx'));
    const [before, old] = [await readFile(base), await contentOf(base)];
    const overlay = join(directory, 'overlay.qcow2');
    await images.createOverlay(overlay, { file: base, format: 'vhdx' });
    await run('qemu-io', ['-f', 'qcow2', ...WRITES.flatMap((write) => ['-c', writeOf(write)]), overlay]);
    const merge = (file: string, below: string): Promise<void> => {
      const backing = [{ file: below, format: 'vhdx' }] as const;
      return images.commit({ file, format: 'qcow2', readOnly: false, backing }, quiet, notCancelled);
    };
    const calls = await recordCalls(base, () => merge(overlay, base));
    const merged = await contentOf(base);
    await killAtEach(t, directory, { before, calls }, async ({ file, label }) => {
      const found = await contentOf(file);
      requireOldOrNew(found, old, merged, label);
      await requireServed(directory, file, found, label);
      const over = join(directory, 'over.qcow2');
      await copyFile(overlay, over);
      await images.rebase(over, { file, format: 'vhdx' });
      await merge(over, file);
      await requireWhole(file, merged, label);
    });
  }));

test('the storage daemon of a machine: what was flushed is there, and another one goes on', (t) =>
  withDirectory(async (directory) => {
    const file = await makeBase(join(directory, 'disk.vhdx'));
    const [before, old] = [await readFile(file), await contentOf(file)];
    const calls = await recordCalls(file, () => writeServed(directory, file));
    const after = await contentOf(file);
    await killAtEach(t, directory, { before, calls }, async (killed) => {
      const found = await contentOf(killed.file);
      const there = requireOldOrNew(found, old, after, killed.label);
      // None before the ones in front of it.
      assert.deepEqual(
        there,
        there.toSorted((a, b) => Number(b) - Number(a)),
        killed.label,
      );
      await requireServed(directory, killed.file, found, killed.label);
      await writeServed(directory, killed.file);
      await requireWhole(killed.file, after, killed.label);
    });
  }));
