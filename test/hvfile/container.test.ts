import assert from 'node:assert/strict';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readContainer } from '../../src/hvfile/container/read.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import { handleSource } from '../../src/hvfile/source.ts';
import { childNode, type HvItem, leavesOf, node } from '../../src/hvfile/tree.ts';
import { bool, bytes, dirty, entryOf, integer, lines, reseal, string, trees } from './kit.ts';
import { readWithSecondReader } from './second-reader.ts';

const small = node('', [
  node('configuration', [
    node('properties', [string('name', 'one'), integer('version', 2304)]),
    node('settings', [node('memory', [integer('size', 512)]), bool('enabled', true)]),
  ]),
]);

const TABLE = 12_288 + 36_864;

test('property: random trees survive the writer and the reader, and a second reader agrees', async () => {
  await fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      const file = writeContainer(tree);
      const { root, version } = await readContainer(file);
      assert.deepEqual(root, tree);
      assert.equal(version, 0x0400);
      const second = readWithSecondReader(file);
      const ours = leavesOf(root).map(({ steps, leaf }) => {
        const value =
          leaf.type === 'bytes' ? leaf.value.toString('hex') : leaf.type === 'object' ? '' : String(leaf.value);
        return `${JSON.stringify(steps.map((step) => step.name))} ${value}`;
      });
      assert.deepEqual(
        second.map(({ path, value }) => `${JSON.stringify(path)} ${value}`),
        ours,
      );
    }),
    { numRuns: 60 },
  );
});

test('more objects than one object table holds', async () => {
  const children: HvItem[] = Array.from({ length: 600 }, (_, i) => bytes(`blob${i}`, Buffer.alloc(2048 + i, i)));
  const tree = node('', [node('savedstate', children)]);
  const file = writeContainer(tree);
  assert.deepEqual((await readContainer(file)).root, tree);
  assert.equal(readWithSecondReader(file).length, 600);
});

test('values of 2048 bytes and more lie in file objects, smaller ones in the key', async () => {
  for (const [size, objects] of [
    [2047, 0],
    [2048, 1],
  ] as const) {
    const file = writeContainer(node('', [bytes('value', Buffer.alloc(size, 7))]));
    assert.equal(file.length, TABLE + 4096 + objects * 4096);
  }
});

test('a large value stays in the file and is read in parts, inside of its bounds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-hvfile-'));
  const path = join(folder, 'state.vmrs');
  const memory = Buffer.from(Array.from({ length: 70_000 }, (_, i) => i & 0xff));
  await writeFile(path, writeContainer(node('', [bytes('RamBlock0', memory)])));
  const handle = await open(path);
  try {
    const { root } = await readContainer(await handleSource(handle), { inlineObject: 65_536 });
    const leaf = root.children[0];
    assert.ok(leaf?.type === 'object');
    assert.equal(leaf.value.size, 70_000);
    assert.deepEqual(await leaf.value.read(69_000, 1000), memory.subarray(69_000));
    await assert.rejects(leaf.value.read(69_000, 1001), { name: 'HvFileError', reason: 'bounds' });
    assert.throws(() => writeContainer(root), { name: 'HvFileError', path: '/RamBlock0' });
  } finally {
    await handle.close();
    await rm(folder, { recursive: true });
  }
});

test('the writer names the key that the format cannot carry', () => {
  const cases: [HvItem, string][] = [
    [string('n'.repeat(255), ''), 'name'],
    [string('', ''), 'name'],
    [string('a\0b', ''), 'name'],
    [{ name: 'i', type: 'int', value: 2n ** 63n }, '64-bit'],
    [{ name: 'u', type: 'uint', value: -1n }, '64-bit'],
  ];
  for (const [item, text] of cases) {
    assert.throws(
      () => writeContainer(node('', [node('configuration', [item])])),
      (error: Error & { path: string }) => error.message.includes(text) && error.path.startsWith('/configuration/'),
    );
  }
});

describe('headers', () => {
  test('the copy with the newer sequence number counts, by 16-bit arithmetic', async () => {
    const file = writeContainer(small);
    assert.equal((await readContainer(file)).sequence, 2);
    file.writeUInt16LE(0xffff, 8);
    file.writeUInt16LE(0x0001, 4096 + 8);
    reseal(file);
    assert.equal((await readContainer(file)).sequence, 1);
  });

  test('one damaged copy is passed over, two are an error at the first', async () => {
    const file = writeContainer(small);
    file.writeUInt8(1, 9);
    assert.equal((await readContainer(file)).sequence, 1);
    file.writeUInt8(1, 4096 + 9);
    await assert.rejects(readContainer(file), { name: 'HvFileError', reason: 'checksum', offset: 0 });
  });

  test('format versions 2.0 to 4.0 are read, others are told', async () => {
    for (const version of [0x0200, 0x0300, 0x0301, 0x0400]) {
      const file = writeContainer(small);
      for (const at of [10, 4096 + 10]) file.writeUInt32LE(version, at);
      reseal(file);
      const read = await readContainer(file);
      assert.equal(read.version, version);
      assert.deepEqual(read.root, small);
    }
    for (const version of [0x0101, 0x0401, 0x0500]) {
      const file = writeContainer(small);
      for (const at of [10, 4096 + 10]) file.writeUInt32LE(version, at);
      reseal(file);
      await assert.rejects(readContainer(file), { name: 'HvFileError', reason: 'version', offset: 10 });
    }
  });

  test('before 3.1 the checksums of object entries mean nothing; before 4.0 children stand in file order', async () => {
    const file = writeContainer(small);
    file.writeUInt32LE(9, entryOf(file, 'name') + 16);
    reseal(file);
    const byOrder = (await readContainer(file)).root;
    assert.deepEqual(lines(byOrder).slice(0, 2), [
      '/configuration/properties/version int 2304',
      '/configuration/properties/name string one',
    ]);
    for (const at of [10, 4096 + 10]) file.writeUInt32LE(0x0300, at);
    reseal(file);
    file.writeUInt32LE(0xdeadbeef, 8200 + 1);
    assert.deepEqual(lines((await readContainer(file)).root), lines(small));
  });
});

describe('replay log', () => {
  const renamed = (): { file: Buffer; table: Buffer } => {
    const file = writeContainer(small);
    const other = writeContainer(node('', [node('configuration', [node('properties', [string('name', 'two')])])]));
    return { file, table: Buffer.from(other.subarray(TABLE, TABLE + 4096)) };
  };

  test('a dirty log is laid over the file, which stays as it is', async () => {
    const { file, table } = renamed();
    const log = dirty(file, [{ offset: TABLE, data: table }]);
    const before = Buffer.from(log);
    const { root, replayed } = await readContainer(log);
    assert.deepEqual(lines(root), ['/configuration/properties/name string two']);
    assert.equal(replayed, 1);
    assert.deepEqual(log, before);
  });

  test('the count is honoured: entries of earlier commits behind a clean log are not applied', async () => {
    const { file, table } = renamed();
    const log = dirty(file, [{ offset: TABLE, data: table }]);
    log.writeUInt32LE(0, Number(log.readBigUInt64LE(26)) + 8);
    reseal(log);
    assert.deepEqual((await readContainer(log)).root, small);
  });

  test('later entries win, and a commit may lengthen the file', async () => {
    const { file, table } = renamed();
    const junk = Buffer.alloc(4096, 0xee);
    const log = dirty(file, [
      { offset: TABLE, data: junk },
      { offset: file.length, data: junk },
      { offset: TABLE, data: table },
    ]);
    assert.deepEqual(lines((await readContainer(log)).root), ['/configuration/properties/name string two']);
  });

  test('what a log must not do', async () => {
    const { file, table } = renamed();
    const at = Number(file.readBigUInt64LE(26));
    const refused = async (offset: number, reason: string): Promise<void> => {
      const log = dirty(file, [{ offset, data: table }]);
      await assert.rejects(readContainer(log), { name: 'HvFileError', reason, offset: at + 34 });
    };
    await refused(at, 'structure');
    await refused(file.length + 1, 'bounds');
    await refused(2 ** 52, 'bounds');
    const torn = dirty(file, [{ offset: TABLE, data: table }]);
    torn.writeUInt8(0x55, at + 4096 + 100);
    await assert.rejects(readContainer(torn), { name: 'HvFileError', reason: 'checksum', offset: at + 34 });
    const many = dirty(file, [{ offset: TABLE, data: table }]);
    many.writeUInt32LE(146, at + 8);
    reseal(many);
    await assert.rejects(readContainer(many), { name: 'HvFileError', reason: 'structure', offset: at + 8 });
  });

  test('a log that rewrites the header does not change which header counts', async () => {
    const { file } = renamed();
    const other = Buffer.alloc(46, 0xff);
    assert.deepEqual((await readContainer(dirty(file, [{ offset: 0, data: other }]))).root, small);
  });
});

describe('hardening 13', () => {
  const forged = (change: (file: Buffer) => void, tree = small): Buffer => {
    const file = writeContainer(tree);
    change(file);
    reseal(file);
    return file;
  };
  const refused = async (file: Buffer, reason: string, offset: number): Promise<void> => {
    await assert.rejects(readContainer(file), { name: 'HvFileError', reason, offset });
  };

  test('a child that stands before its parent is found (two passes)', async () => {
    const file = writeContainer(small);
    // "configuration" moves behind everything else: into the free space at the end of the table.
    const from = entryOf(file, 'configuration');
    const size = file.readUInt32LE(from + 2);
    let free = TABLE + 10;
    while (file.readUInt8(free) !== 1) free += file.readUInt32LE(free + 2);
    const left = file.readUInt32LE(free + 2);
    file.copy(file, free, from, from + size);
    file.writeUInt8(1, free + size);
    file.writeUInt32LE(left - size, free + size + 2);
    file.writeUInt8(1, from);
    for (const name of ['properties', 'settings']) file.writeUInt32LE(free - TABLE, entryOf(file, name) + 8);
    reseal(file);
    assert.deepEqual((await readContainer(file)).root, small);
  });

  test('an object table that chains to itself', async () => {
    const file = forged((bytes) => {
      bytes.writeUInt8(1, 8200);
      bytes.writeBigUInt64LE(8192n, 8200 + 5);
    });
    await refused(file, 'structure', 8192);
  });

  test('object count, offset and size beyond the file', async () => {
    await refused(
      forged((f) => f.writeUInt32LE(0xffff_ffff, 8196)),
      'limit',
      8196,
    );
    await refused(
      forged((f) => f.writeUInt32LE(200_000, 8196)),
      'bounds',
      8192,
    );
    await refused(
      forged((f) => f.writeBigUInt64LE(2n ** 63n, 8200 + 5)),
      'bounds',
      8205,
    );
    await refused(
      forged((f) => f.writeBigUInt64LE(2n ** 40n, 8200 + 5)),
      'bounds',
      2 ** 40,
    );
    await refused(
      forged((f) => f.writeUInt32LE(0xffff_ffff, 8200 + 13)),
      'bounds',
      TABLE,
    );
  });

  test('objects that overlap', async () => {
    const file = forged((bytes) => {
      bytes.copy(bytes, 8200 + 18, 8200, 8218);
      bytes.writeBigUInt64LE(BigInt(TABLE - 2048), 8200 + 18 + 5);
    });
    await refused(file, 'structure', TABLE - 2048);
    await refused(
      forged((f) => f.writeBigUInt64LE(4096n, 8200 + 5)),
      'structure',
      4096,
    );
  });

  test('a parent that is no node, lies in the middle of an entry, or in no table', async () => {
    const at = (file: Buffer): number => entryOf(file, 'size');
    for (const change of [
      (f: Buffer) => f.writeUInt32LE(entryOf(f, 'name') - TABLE, at(f) + 8),
      (f: Buffer) => f.writeUInt32LE(entryOf(f, 'memory') - TABLE + 3, at(f) + 8),
      (f: Buffer) => f.writeUInt16LE(7, at(f) + 6),
    ]) {
      const file = forged(change);
      await refused(file, 'structure', at(file));
    }
  });

  test('a node below itself', async () => {
    const file = forged((f) => f.writeUInt32LE(entryOf(f, 'memory') - TABLE, entryOf(f, 'settings') + 8));
    await refused(file, 'structure', entryOf(file, 'settings'));
  });

  test('entries of size 1, of 2^32-1, and of size 0, which ends the table', async () => {
    const size = (value: number) => forged((f) => f.writeUInt32LE(value, entryOf(f, 'name') + 2));
    await refused(size(1), 'structure', entryOf(size(1), 'name') + 2);
    await refused(size(0xffff_ffff), 'bounds', entryOf(size(1), 'name') + 2);
    const cut = await readContainer(size(0));
    assert.deepEqual(lines(cut.root), []);
  });

  test('values larger than their key, unknown types, names without end', async () => {
    const at = entryOf(writeContainer(small), 'name');
    await refused(
      forged((f) => f.writeUInt32LE(0x7fff_ffff, at + 21 + 5)),
      'bounds',
      at,
    );
    await refused(
      forged((f) => f.writeUInt8(77, at)),
      'structure',
      at,
    );
    await refused(
      forged((f) => f.writeUInt8(0x41, at + 25)),
      'encoding',
      at,
    );
    await refused(
      forged((f) => f.writeUInt8(0xff, at + 21)),
      'encoding',
      at,
    );
    await refused(
      forged((f) => f.writeUInt8(0xff, at + 20)),
      'structure',
      at + 20,
    );
  });

  test('file objects beyond the end, and in the tables of the file', async () => {
    const tree = node('', [bytes('blob', Buffer.alloc(3000))]);
    const at = entryOf(writeContainer(tree), 'blob');
    const pointing = (offset: bigint): Buffer => forged((f) => f.writeBigUInt64LE(offset, at + 21 + 5 + 4), tree);
    await refused(pointing(2n ** 40n), 'bounds', at);
    await refused(pointing(2n ** 63n), 'bounds', at);
    await refused(pointing(BigInt(TABLE)), 'structure', at);
    await refused(pointing(0n), 'structure', at);
  });

  test('two tables of one index: the newer lives, equal ones are an error', async () => {
    const two = (sequence: number): Buffer => {
      const file = writeContainer(small);
      const newer = writeContainer(node('', [string('name', 'newer')]));
      const grown = Buffer.concat([file, newer.subarray(TABLE, TABLE + 4096)]);
      grown.writeUInt16LE(sequence, file.length + 4);
      grown.copy(grown, 8200 + 18, 8200, 8218);
      grown.writeBigUInt64LE(BigInt(file.length), 8200 + 18 + 5);
      reseal(grown);
      return grown;
    };
    assert.deepEqual(lines((await readContainer(two(2))).root), ['/name string newer']);
    assert.deepEqual((await readContainer(two(0xffff))).root, small);
    await refused(two(1), 'structure', TABLE + 4096);
  });

  test('more keys, and deeper, than the limits', async () => {
    await assert.rejects(readContainer(writeContainer(small), { items: 5 }), { reason: 'limit' });
    await assert.rejects(readContainer(writeContainer(small), { depth: 2 }), { reason: 'limit' });
    await assert.rejects(readContainer(writeContainer(small), { keyTables: 4000 }), { reason: 'limit' });
    const notes = node('', [string('notes', 'x'.repeat(5000))]);
    await assert.rejects(readContainer(writeContainer(notes), { string: 4000, inlineObject: 4000 }), {
      reason: 'limit',
    });
  });

  test('a hundred thousand same-named siblings stay what they are', async () => {
    const many = node('', [
      node(
        'list',
        Array.from({ length: 100_000 }, (_, i) => integer('id', i)),
      ),
    ]);
    const { root } = await readContainer(writeContainer(many));
    assert.equal(childNode(root, 'list')?.children.length, 100_000);
  });

  test('every truncation is an error with a place', async () => {
    const file = writeContainer(small);
    for (let length = 0; length < file.length; length += 997) {
      await assert.rejects(
        readContainer(Buffer.from(file.subarray(0, length))),
        (error: Error & { offset: number | null }) => error.name === 'HvFileError' && error.offset !== null,
      );
    }
  });
});
