import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { readContainer } from '../../src/hvfile/container/read.ts';
import { HvFileError } from '../../src/hvfile/error.ts';
import { RUNTIME_LIMITS } from '../../src/hvfile/limits.ts';
import { type CoreFacts, writeElfCore } from '../../src/hvfile/memory/elf-core.ts';
import { savedMemory } from '../../src/hvfile/memory/saved-memory.ts';
import { unpackBlock } from '../../src/hvfile/memory/unpack-block.ts';
import { unpackXpress } from '../../src/hvfile/memory/xpress.ts';
import { seeded } from '../vhd/disks.ts';
import { BLOCK, END, filled, packedBlock, PAGE, rangeBytes, sized, vmrs, xpress } from './saved-memory-kit.ts';

const run = promisify(execFile);
const nowhere = (): object => ({});

const unpacked = (packed: Buffer, size: number): Buffer => {
  const target = Buffer.alloc(size);
  unpackXpress(packed, target, nowhere);
  return target;
};

/** Text that comes again and again, and noise. */
const memoryOf = (bytes: number, seed: number): Buffer => {
  const random = seeded(seed);
  const content = Buffer.alloc(bytes);
  for (let page = 0; page < bytes; page += PAGE) {
    const kind = (page / PAGE) % 4;
    if (kind === 0) content.fill(`page ${page} `, page, page + PAGE);
    else if (kind === 1) for (let i = 0; i < PAGE; i++) content[page + i] = random(256);
    else if (kind === 2) content.fill(1 + random(255), page, page + PAGE - 7);
  }
  return content;
};

const coreOf = async (t: TestContext, file: Buffer): Promise<{ core: Buffer; path: string; facts: CoreFacts }> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-core-'));
  t.after(() => rm(folder, { recursive: true }));
  const { root } = await readContainer(file, RUNTIME_LIMITS.listed);
  const memory = savedMemory(root) ?? assert.fail('no memory');
  const path = join(folder, 'memory.core');
  const handle = await open(path, 'wx+');
  try {
    const facts = await writeElfCore(memory, handle);
    return { core: await readFile(path), path, facts };
  } finally {
    await handle.close();
  }
};

const refused = async (file: Buffer, message: RegExp): Promise<void> => {
  await assert.rejects(
    async () => {
      const { root } = await readContainer(file, RUNTIME_LIMITS.listed);
      const memory = savedMemory(root);
      for (const block of memory?.blocks ?? []) await memory?.read(block);
    },
    (error) => error instanceof HvFileError && message.test(error.message) && /\((in|at)/.test(error.message),
  );
};

describe('XPRESS', () => {
  test('the examples of MS-XCA 3.1', () => {
    const literal = Buffer.concat([Buffer.from('3f000000', 'hex'), Buffer.from('abcdefghijklmnopqrstuvwxyz')]);
    assert.equal(unpacked(literal, 26).toString(), 'abcdefghijklmnopqrstuvwxyz');
    const repeated = Buffer.from('ffffff1f61626317000fff2601', 'hex');
    assert.equal(unpacked(repeated, 300).toString(), 'abc'.repeat(100));
  });

  test('what another writer packed is the same again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 90 })), {
          minLength: 1,
          maxLength: 12,
        }),
        (pieces) => {
          const plain = Buffer.concat(pieces.flatMap(([piece, times]) => Array.from({ length: times }, () => piece)));
          assert.ok(unpacked(xpress(plain), plain.length).equals(plain));
        },
      ),
    );
  });

  test('anything else is refused or unpacked within its bounds, and ends', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: PAGE }), (packed, size) => {
        try {
          unpacked(Buffer.from(packed), size);
        } catch (error) {
          assert.ok(error instanceof HvFileError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the memory in a saved state of Hyper-V', () => {
  test('becomes an ELF core, whatever its blocks are packed as', async (t) => {
    const low = memoryOf(2 * BLOCK, 1);
    const high = memoryOf(BLOCK + 3 * PAGE, 2);
    const pattern = Buffer.from('0123456789abcdef', 'hex');
    const filledBlock = Buffer.alloc(BLOCK, pattern);
    const first = low.subarray(0, BLOCK);
    const last = Buffer.alloc(BLOCK);
    high.copy(last, 0, BLOCK);
    const blocks = new Map([
      [0, packedBlock(first)],
      [1, low.subarray(BLOCK)],
      // Block 2 was never saved.
      [3, Buffer.concat([filled(pattern, 1), filled(pattern, 255), END])],
      [4, high.subarray(0, BLOCK)],
      [5, Buffer.concat([sized(last.subarray(0, 2 * PAGE)), packedBlock(last.subarray(2 * PAGE))])],
    ]);
    const file = vmrs(
      [rangeBytes({ gpa: 0x10_0000, pages: 256 + 3, mbp: 4 * 256 }), rangeBytes({ gpa: 0, pages: 4 * 256, mbp: 0 })],
      blocks,
    );
    const { core, path, facts } = await coreOf(t, file);
    assert.deepEqual(facts, { memory: 5 * BLOCK + 3 * PAGE, missing: BLOCK });
    const expected = Buffer.concat([low, Buffer.alloc(BLOCK), filledBlock, high]);
    assert.ok(core.subarray(PAGE).equals(expected));
    const { stdout } = await run('readelf', ['--wide', '--file-header', '--segments', path]);
    assert.match(stdout, /Type:\s+CORE/);
    assert.match(stdout, /LOAD\s+0x001000 0x0{16} 0x0{16} 0x400000 0x400000 RWE 0x1000/);
    assert.match(stdout, /LOAD\s+0x401000 0x0{7}100000000 0x0{7}100000000 0x103000 0x103000 RWE 0x1000/);
    assert.doesNotMatch(stdout, /Warning|Error/i);
  });

  test('is what gdb reads at the addresses of the guest', { skip: hasGdb() ? false : 'there is no gdb' }, async (t) => {
    const content = memoryOf(BLOCK, 3);
    const file = vmrs([rangeBytes({ gpa: 0x100, pages: 256, mbp: 0 })], new Map([[0, packedBlock(content)]]));
    const { path } = await coreOf(t, file);
    const { stdout } = await run('gdb', ['-nx', '-batch', '-ex', `target core ${path}`, '-ex', 'x/s 0x104000'], {
      env: { ...process.env, DEBUGINFOD_URLS: '' },
    });
    assert.match(stdout, /0x104000:\s+"page 16384 page 16384/);
  });

  test('does not end up in more room than what is not zero', async (t) => {
    const file = vmrs(
      [rangeBytes({ gpa: 0, pages: 2 ** 20, mbp: 0 })],
      new Map([[4095, Buffer.concat([filled(Buffer.alloc(8), 256), END])]]),
    );
    const folder = await mkdtemp(join(tmpdir(), 'vsms-core-'));
    t.after(() => rm(folder, { recursive: true }));
    const handle = await open(join(folder, 'memory.core'), 'wx+');
    const { root } = await readContainer(file, RUNTIME_LIMITS.listed);
    const facts = await writeElfCore(savedMemory(root) ?? assert.fail('no memory'), handle);
    const { size, blocks } = await handle.stat();
    await handle.close();
    assert.deepEqual([facts.missing, size], [4095 * BLOCK, 4096 * BLOCK + PAGE]);
    assert.ok(blocks * 512 <= 64 * 1024);
  });

  test('of a machine that was off is not there', async () => {
    const { root } = await readContainer(vmrs([], new Map()), RUNTIME_LIMITS.listed);
    assert.equal(savedMemory(root), null);
  });

  test('that does not fit together is refused with its place', async () => {
    const block = packedBlock(Buffer.alloc(BLOCK, 1));
    const one = (packed: Buffer): Buffer => vmrs([rangeBytes({ gpa: 0, pages: 256, mbp: 0 })], new Map([[0, packed]]));
    await refused(vmrs([], new Map([[0, block]])), /does not say where/);
    await refused(vmrs([Buffer.alloc(40)], new Map([[0, block]])), /has 48 bytes/);
    await refused(vmrs([rangeBytes({ gpa: 0, pages: 2 ** 40, mbp: 0 })], new Map([[0, block]])), /no machine has/);
    const range = (gpa: number, mbp: number): Buffer => rangeBytes({ gpa, mbp, pages: 512 });
    await refused(vmrs([range(0, 0), range(256, 512)], new Map([[0, block]])), /overlap/);
    await refused(vmrs([range(0, 0), range(512, 256)], new Map([[0, block]])), /overlap/);
    await refused(one(END), /holds 0 bytes/);
    await refused(one(Buffer.concat([filled(Buffer.alloc(8), 257), END])), /more than 1 MiB/);
    await refused(one(Buffer.concat([filled(Buffer.alloc(8), 0xffff_ffff), END])), /more than 1 MiB/);
    await refused(one(block.subarray(0, 100)), /ends in the middle|holds/);
    await refused(one(Buffer.alloc(BLOCK + 1)), /at most 1 MiB/);
    await refused(one(Buffer.concat([Buffer.from('08000000ffffffffffffffff', 'hex'), END])), /compressed page/);
  });

  test('mutated anywhere, it is refused or read, within bounds', () => {
    const block = packedBlock(memoryOf(BLOCK, 4));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(block.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        fc.nat(block.length),
        (changes, length) => {
          const mutated = Buffer.from(block.subarray(0, length));
          for (const [at, byte] of changes) if (at < mutated.length) mutated[at] = byte;
          try {
            assert.equal(unpackBlock(mutated, nowhere).length, BLOCK);
          } catch (error) {
            assert.ok(error instanceof HvFileError);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

function hasGdb(): boolean {
  try {
    execFileSync('gdb', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
