import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trace } from './failing-calls.ts';

/*
 * The calls of the kernel by which programs change a file, one by one and in their order, so that the file can be had as kill -9 leaves
 * it at any of them: what was written before stays, for the kernel has it, and nothing comes after.
 */

/** One call that changed the file, or waited until the disk had what did. */
export type FileCall =
  | { readonly name: 'pwrite64' | 'pwritev'; readonly at: number; readonly data: Buffer }
  | { readonly name: 'ftruncate'; readonly size: number }
  | { readonly name: 'fdatasync' | 'fsync' };

/** What changes a file in ways that are not told apart here is refused: it would be missing on the tape. */
const CALLS = ['pwrite64', 'pwritev', 'ftruncate', 'fdatasync', 'fsync', 'pwritev2', 'write', 'writev', 'fallocate'];

/** Longer than any one write; strace shows no more of it. */
const LONGEST_WRITE = 64 * 1024 * 1024;

/** What this process, and what it starts, does to the file while `work` runs. */
export const recordCalls = async (file: string, work: () => Promise<unknown>): Promise<readonly FileCall[]> => {
  const scratch = await mkdtemp(join(tmpdir(), 'vsms-tape-'));
  try {
    const log = join(scratch, 'calls');
    const before = await readFile(file);
    {
      const shown = ['-xx', '-s', String(LONGEST_WRITE), '-e', 'signal=none', '-e', `trace=${CALLS.join(',')}`];
      await using _traced = await trace(process.pid, [...shown, '-P', file, '-o', log]);
      await work();
    }
    const calls = (await readFile(log, 'latin1')).split('\n').flatMap(parse);
    const again = join(scratch, 'again');
    await fileAt(before, again, calls, calls.length);
    assert.ok((await readFile(again)).equals(await readFile(file)), 'the tape does not lead to the file');
    return calls;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
};

/** Makes `to` what the file was, `before`, after the first `count` calls. */
export const fileAt = async (before: Buffer, to: string, calls: readonly FileCall[], count: number): Promise<void> => {
  await writeSparse(to, before);
  await using handle = await open(to, 'r+');
  for (const call of calls.slice(0, count))
    if ('data' in call) await handle.write(call.data, 0, call.data.length, call.at);
    else if ('size' in call) await handle.truncate(call.size);
};

const PIECE = 64 * 1024;
const ZEROS = Buffer.alloc(PIECE);

/** A file with holes where it is zero, which no program that syncs it waits for. */
export const writeSparse = async (file: string, bytes: Buffer): Promise<void> => {
  await using handle = await open(file, 'w');
  for (let at = 0; at < bytes.length; at += PIECE) {
    const piece = bytes.subarray(at, at + PIECE);
    if (!piece.equals(ZEROS.subarray(0, piece.length))) await handle.write(piece, 0, piece.length, at);
  }
  await handle.truncate(bytes.length);
};

/** By the order in which calls begin; one that strace interrupts in its log has said all by then. */
const parse = (line: string): readonly FileCall[] => {
  const [, name = '', words = ''] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
  switch (name) {
    case '':
      return [];
    case 'pwrite64': {
      const [, text = '', length, at] = /^\d+, "([^"]*)", (\d+), (\d+)/.exec(words) ?? assert.fail(name);
      const data = bytesOf(text);
      assert.equal(data.length, Number(length), 'a write that is shown in part');
      return [{ name, at: Number(at), data }];
    }
    case 'pwritev': {
      const [, parts = '', at] = /^\d+, \[(.*)\], \d+, (\d+)/.exec(words) ?? assert.fail(name);
      const texts = [...parts.matchAll(/iov_base="([^"]*)", iov_len=(\d+)/g)];
      const pieces = texts.map(([, text = '', length]) => {
        const piece = bytesOf(text);
        assert.equal(piece.length, Number(length), 'a write that is shown in part');
        return piece;
      });
      return [{ name, at: Number(at), data: Buffer.concat(pieces) }];
    }
    case 'ftruncate':
      return [{ name, size: Number(/^\d+, (\d+)/.exec(words)?.[1] ?? assert.fail(name)) }];
    case 'fdatasync':
    case 'fsync':
      return [{ name }];
    default:
      return assert.fail(`${name} is on no tape`);
  }
};

const bytesOf = (text: string): Buffer => Buffer.from(text.replaceAll('\\x', ''), 'hex');
