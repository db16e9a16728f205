import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openSqliteStore } from '../../src/store/sqlite/store.ts';
import { seeded } from '../vhd/disks.ts';

/*
 * Hardening 26: a power cut after any write, and in the middle of it. strace(1) records what the store writes; each prefix of that,
 * with the last write whole or torn, is a disk as a power cut could leave it, and must open with all that was acknowledged by then.
 * So is one on which of what was written since the last sync of its file only some blocks arrived, in whatever order.
 */

/** `VSMS_COMMITS=500` for longer. */
const COMMITS = Number(process.env['VSMS_COMMITS'] ?? 8);
/** Disks with other orders that are tried of each moment; the numbers after this one make them, and are printed on failure. */
const ORDERS = Number(process.env['VSMS_ORDERS'] ?? 2);
const SEED = Number(process.env['VSMS_SEED'] ?? 1);

type Write =
  | { readonly kind: 'write'; readonly file: string; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'size'; readonly file: string; readonly size: number }
  | { readonly kind: 'remove'; readonly file: string }
  /** What was written to this file before is on the disk. */
  | { readonly kind: 'sync'; readonly file: string }
  /** This commit was told to be durable. */
  | { readonly kind: 'acknowledged'; readonly commit: number };

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex');

/** Lines of strace, those put together that another thread came between. */
const whole = (lines: readonly string[]): readonly string[] => {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, id = '', text = ''] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const start = / ?<unfinished \.\.\.>$/.exec(text);
    if (start !== null) {
      begun.set(id, text.slice(0, start.index));
      return [];
    }
    const rest = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    return rest === null ? [line] : [`${id} ${begun.get(id) ?? ''}${rest[1] ?? ''}`];
  });
};

/** Calls that change files of the store, in their order. */
const recorded = async (directory: string, log: string): Promise<readonly Write[]> => {
  const writer = join(import.meta.dirname, 'crash-writer.ts');
  const calls = 'trace=pwrite64,write,ftruncate,unlink,fsync,fdatasync';
  const words = ['-f', '-y', '-qq', '-xx', '-s', '1000000', '-e', calls, '-e', 'signal=none', '-o', log];
  const child = spawn('strace', [...words, process.execPath, writer, join(directory, 'store.db'), '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let told = '';
  const exited = once(child, 'exit');
  for await (const chunk of child.stdout) {
    told += String(chunk);
    // One more than is asked for: what tells of the last of those has returned by then, and is in the log.
    if (told.split('\n').length > COMMITS + 1) break;
  }
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await exited;
  const writes: Write[] = [];
  for (const line of whole((await readFile(log, 'latin1')).split('\n'))) {
    const call = /^\d+ +(\w+)\((.*)\) += (\d+)/.exec(line);
    if (call === null) continue;
    const [, name, text = '', result] = call;
    const target = /^(\d+)<([^>]*)>(?:, (.*))?$/.exec(text);
    const path = target === null ? '' : bytesOf(target[2] ?? '').toString();
    const file = (path === '' ? (target?.[2] ?? '') : path).slice(directory.length + 1);
    const inside = (path === '' ? (target?.[2] ?? '') : path).startsWith(`${directory}/store.db`);
    if (name === 'pwrite64' && inside) {
      const data = /^"([^"]*)", (\d+), (\d+)$/.exec(target?.[3] ?? '') ?? assert.fail(line.slice(0, 200));
      const bytes = bytesOf(data[1] ?? '');
      assert.equal(bytes.length, Number(result), 'the whole write is in the log');
      writes.push({ kind: 'write', file, at: Number(data[3]), bytes });
    } else if (name === 'ftruncate' && inside) writes.push({ kind: 'size', file, size: Number(target?.[3]) });
    else if (name?.endsWith('sync') === true && inside) writes.push({ kind: 'sync', file });
    else if (name === 'unlink') {
      const gone = bytesOf(/"([^"]*)"/.exec(text)?.[1] ?? '').toString();
      if (gone.startsWith(`${directory}/store.db`))
        writes.push({ kind: 'remove', file: gone.slice(directory.length + 1) });
    } else if (name === 'write' && target?.[1] === '1') {
      const said = bytesOf(/"([^"]*)"/.exec(target[3] ?? '')?.[1] ?? '').toString();
      for (const commit of said.matchAll(/^0 (\d+)$/gm))
        writes.push({ kind: 'acknowledged', commit: Number(commit[1]) });
    }
  }
  return writes;
};

/** Does these to files of a folder; of the last one only so many bytes. */
const replay = async (directory: string, writes: readonly Write[], torn: number | null): Promise<void> => {
  for (const [index, write] of writes.entries()) {
    if (write.kind === 'acknowledged' || write.kind === 'sync') continue;
    const path = join(directory, write.file);
    if (write.kind === 'remove') {
      await rm(path, { force: true });
      continue;
    }
    await using file = await open(path, 'r+').catch(() => open(path, 'w+'));
    if (write.kind === 'size') await file.truncate(write.size);
    else {
      const bytes = torn !== null && index === writes.length - 1 ? write.bytes.subarray(0, torn) : write.bytes;
      await file.write(bytes, 0, bytes.length, write.at);
    }
  }
};

/** Blocks that a disk writes whole, or not at all. */
const BLOCKS = [512, 4096] as const;

/** What of these is on the disk, when of what was written since the last sync of its file each block arrived or did not. */
const arrived = (writes: readonly Write[], random: (below: number) => number): readonly Write[] => {
  const synced = new Map<string, number>();
  for (const [index, write] of writes.entries()) if (write.kind === 'sync') synced.set(write.file, index);
  const block = BLOCKS[random(BLOCKS.length)] ?? 512;
  return writes.flatMap((write, index): readonly Write[] => {
    if (write.kind !== 'write' || index < (synced.get(write.file) ?? -1)) return [write];
    const pieces: Write[] = [];
    for (let from = 0; from < write.bytes.length; ) {
      const to = Math.min(write.bytes.length, from + block - ((write.at + from) % block));
      if (random(2) === 0) pieces.push({ ...write, at: write.at + from, bytes: write.bytes.subarray(from, to) });
      from = to;
    }
    return pieces;
  });
};

/** It opens, holds each commit whole or not at all, at least those up to `acknowledged`, and can be written to. */
const holds = async (disk: string, acknowledged: number, label: string): Promise<void> => {
  const store = await openSqliteStore(join(disk, 'store.db'));
  const [systems, jobs, audit] = await Promise.all(
    (['systems', 'jobs', 'audit'] as const).map((table) => store.load(table)),
  );
  const found = (systems?.get('w0') as { n: number } | undefined)?.n ?? 0;
  assert.ok(found >= acknowledged, `${label}: acknowledged ${acknowledged}, found ${found}`);
  assert.equal((jobs?.get('w0') as { n: number } | undefined)?.n ?? 0, found, `${label}: half a commit`);
  assert.equal(audit?.size, found, label);
  await store.commit([{ table: 'systems', key: 'after', value: { n: 1 } }]);
  await store.close();
};

describe('26: after a power cut at any write the store opens, with all that was acknowledged and nothing torn', () => {
  let home = '';
  let writes: readonly Write[] = [];
  before(async () => {
    // What is opened here was lost already: it need not wait for a real disk.
    home = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'vsms-power-'));
    const directory = join(home, 'recorded');
    await mkdir(directory);
    writes = await recorded(directory, join(home, 'log'));
    const last = writes.findIndex((write) => write.kind === 'acknowledged' && write.commit === COMMITS);
    assert.ok(last >= 0, 'all commits are in the log');
    // How many more there are is a matter of how fast the disk is.
    writes = writes.slice(0, last + 1);
    assert.ok(writes.filter(({ kind }) => kind === 'write').length > COMMITS, 'writes were recorded');
    assert.ok(writes.filter(({ kind }) => kind === 'sync').length > COMMITS, 'syncs were recorded');
  });
  after(() => rm(home, { recursive: true, force: true }));

  const acknowledgedBefore = (place: number): number =>
    writes
      .slice(0, place)
      .reduce((most, write) => (write.kind === 'acknowledged' ? Math.max(most, write.commit) : most), 0);

  const eachWrite = async (work: (place: number, size: number) => Promise<void>): Promise<void> => {
    for (const [place, write] of writes.entries()) if (write.kind === 'write') await work(place, write.bytes.length);
  };

  const onDisk = async (done: readonly Write[], torn: number | null, acknowledged: number, label: string) => {
    const disk = await mkdtemp(join(home, 'cut-'));
    await replay(disk, done, torn);
    await holds(disk, acknowledged, label);
    await rm(disk, { recursive: true });
  };

  test('in the order in which they were made, the last one whole or torn', async () => {
    await eachWrite(async (place, size) => {
      for (const torn of new Set([null, Math.min(512, size - 1), Math.floor(size / 2)])) {
        const label = `write ${place} of ${writes.length}, ${torn ?? 'all'} of ${size} bytes`;
        await onDisk(writes.slice(0, place + 1), torn, acknowledgedBefore(place), label);
      }
    });
  });

  test('with any blocks of those that no sync has waited for', async () => {
    let lost = 0;
    await eachWrite(async (place) => {
      const all = writes.slice(0, place + 1);
      const bytes = (some: readonly Write[]): number =>
        some.reduce((sum, write) => sum + (write.kind === 'write' ? write.bytes.length : 0), 0);
      for (let order = 0; order < ORDERS; order++) {
        const seed = SEED + order;
        const some = arrived(all, seeded(seed * 65_537 + place));
        if (bytes(some) < bytes(all)) lost++;
        await onDisk(some, null, acknowledgedBefore(place), `write ${place} of ${writes.length}, VSMS_SEED=${seed}`);
      }
    });
    assert.ok(lost > COMMITS, 'some writes did not arrive');
  });
});
