import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import fc from 'fast-check';
import { auditFiles, auditLines } from '../../src/audit/files.ts';
import { type AuditEntry, parseRecord, type TrailHead } from '../../src/audit/record.ts';
import { AuditTrail, type TrailOptions } from '../../src/audit/trail.ts';
import { AuditTrailError } from '../../src/audit/trail-file.ts';
import { verifyTrail } from '../../src/audit/verify.ts';

const entry = (what: string): AuditEntry => ({
  kind: 'change',
  who: 'HOST1\\admin',
  from: '127.0.0.1',
  protocol: 'wsman',
  what,
  objects: [],
  result: 'ok',
  requestId: null,
});

describe('audit trail', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'vsms-audit-'))));
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const open = (options: Partial<TrailOptions> = {}): Promise<AuditTrail> =>
    AuditTrail.open({ directory, onFailure: (error) => assert.fail(String(error)), ...options });
  const write = async (count: number, options: Partial<TrailOptions> = {}): Promise<TrailHead> => {
    const trail = await open(options);
    for (let i = 0; i < count; i += 1) void trail.append(entry(`work ${i}`));
    await trail.close();
    return { seq: trail.head.seq, hash: trail.head.hash };
  };
  const whats = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { text } of auditLines(directory)) found.push(parseRecord(text)?.what ?? assert.fail(text));
    return found;
  };
  const only = async (): Promise<string> => (await auditFiles(directory))[0] ?? assert.fail('no file');

  test('what is appended is read back in order, over restarts, and verifies', async () => {
    await write(3);
    const head = await write(2);
    assert.deepEqual(await whats(), ['work 0', 'work 1', 'work 2', 'work 0', 'work 1']);
    assert.equal(head.seq, 5);
    const verdict = await verifyTrail(directory, head);
    assert.ok(verdict.ok && verdict.records === 5 && verdict.firstSeq === 1 && verdict.head?.hash === head.hash);
  });

  test('an empty trail verifies; one without a folder too', async () => {
    await write(0);
    assert.equal((await verifyTrail(directory)).ok, true);
    assert.equal((await verifyTrail(join(directory, 'none'))).ok, true);
  });

  test('files are followed by new ones, and only so many are kept', async () => {
    const head = await write(200, { rotateBytes: 4096, keepFiles: 3 });
    const files = await auditFiles(directory);
    assert.equal(files.length, 3);
    const verdict = await verifyTrail(directory, head);
    assert.ok(verdict.ok && verdict.firstSeq > 1 && verdict.head?.seq === 200);
    await write(1, { rotateBytes: 4096, keepFiles: 3 });
    assert.ok((await verifyTrail(directory, head)).ok);
  });

  test('any change of a byte is found', async () => {
    await write(6);
    const file = await only();
    const whole = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ flip;
        await writeFile(file, changed);
        const verdict = await verifyTrail(directory);
        // A last newline that is gone changes no record.
        assert.ok(!verdict.ok || at === whole.length - 1, `byte ${at}`);
      }),
      // A newline that becomes what many take for one.
      { numRuns: 200, examples: [[whole.indexOf('\n'), 0x0a ^ 0x0d]] },
    );
  });

  test('the same record in other words is found: a name twice, blanks, escapes', async () => {
    await write(3);
    const file = await only();
    const [first = '', second = '', third = ''] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    for (const other of [
      second.replace('"who":', '"who":"somebody else","who":'),
      second.replace('"who":', '"who": '),
      second.replace('HOST1', '\\u0048OST1'),
      ` ${second}`,
    ]) {
      assert.deepEqual(JSON.parse(other), JSON.parse(second));
      await writeFile(file, `${[first, other, third].join('\n')}\n`);
      const verdict = await verifyTrail(directory);
      assert.ok(!verdict.ok && verdict.line === 2, other);
    }
    const last = third.replace('"who":', '"who":"somebody else","who":');
    await writeFile(file, `${[first, second, last].join('\n')}\n`);
    await assert.rejects(open(), AuditTrailError);
  });

  test('a record that is removed, moved or put in is found, and the cut-off end by the noted head', async () => {
    const head = await write(5);
    const file = await only();
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const [a = '', b = '', c = '', d = '', e = ''] = lines;
    for (const wrong of [
      [a, c, d, e],
      [a, c, b, d, e],
      [a, b, b, c, d, e],
      [a, b, c, d, e, a],
    ]) {
      await writeFile(file, `${wrong.join('\n')}\n`);
      const verdict = await verifyTrail(directory);
      assert.equal(verdict.ok, false);
    }
    await writeFile(file, `${[a, b, c].join('\n')}\n`);
    assert.equal((await verifyTrail(directory)).ok, true);
    const noted = await verifyTrail(directory, head);
    assert.ok(!noted.ok && /record 5/.test(noted.reason));
  });

  test('a line that a crash cut in half is taken away, at whatever byte', async () => {
    await write(2);
    const file = await only();
    const kept = (await readFile(file)).length;
    const trail = await open();
    await trail.append(entry('the last one'));
    await trail.close();
    const whole = await readFile(file);
    for (let size = kept; size < whole.length; size += 17) {
      await writeFile(file, whole.subarray(0, size));
      await write(1);
      assert.deepEqual(await whats(), ['work 0', 'work 1', 'work 0']);
      assert.ok((await verifyTrail(directory)).ok);
    }
  });

  test('26 blocks that a power cut kept from the disk: what came before them stays, the rest goes, and a record tells it', async () => {
    const COUNT = 60;
    await write(COUNT, { rotateBytes: 12_000 });
    const files = await Promise.all(
      (await auditFiles(directory)).map(async (path) => [path, await readFile(path)] as const),
    );
    const [path, whole] = files.at(-1) ?? assert.fail('no file');
    const before = (await whats()).length - whole.toString().split('\n').length + 1;
    assert.ok(before > 0 && whole.length > 3000, 'more than one file, and something in the last one');
    await fc.assert(
      fc.asyncProperty(
        // A block, whether more was to follow, and how much of that never came.
        fc.nat(Math.floor(whole.length / 512)),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(2048),
        async (block, blocks, more) => {
          const lost = Buffer.concat([whole, Buffer.alloc(more)]);
          lost.fill(0, Math.min(block * 512, lost.length - 1), Math.min((block + blocks) * 512, lost.length));
          for (const [file, bytes] of files) await writeFile(file, file === path ? lost : bytes);
          const left = lost.subarray(0, lost.indexOf(0)).toString().split('\n').length - 1;
          const trail = await open();
          await trail.append(entry('after'));
          await trail.close();
          const verdict = await verifyTrail(directory);
          assert.ok(verdict.ok, JSON.stringify(verdict));
          const found = await whats();
          assert.equal(found.length, before + left + 2);
          assert.deepEqual(found.slice(-2), ['records lost', 'after']);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a crash between making a file and writing to it leaves a trail that goes on', async () => {
    const head = await write(2);
    await writeFile(join(directory, 'audit-000000000003.jsonl'), '');
    await write(1);
    assert.equal((await readdir(directory)).length, 1);
    const verdict = await verifyTrail(directory, head);
    assert.ok(verdict.ok && verdict.records === 3);
  });

  test('a trail whose end was changed is not continued', async () => {
    await write(2);
    const file = await only();
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('work 1', 'work X'));
    await assert.rejects(open(), AuditTrailError);
    await writeFile(file, text);
    await appendFile(file, 'nonsense\n');
    await assert.rejects(open(), AuditTrailError);
    await truncate(file, 0);
    await appendFile(file, 'x'.repeat(140_000));
    await assert.rejects(open(), AuditTrailError);
  });

  test('a record can be read from the file when append has resolved; they are there in order', async () => {
    const trail = await open({ rotateBytes: 8192 });
    await Promise.all(
      Array.from({ length: 300 }, async (_, i) => {
        await trail.append(entry(`work ${i}`));
        // Whoever kills the service now finds it and all before it.
        const there = await whats();
        assert.deepEqual(
          there.slice(0, i + 1),
          Array.from({ length: i + 1 }, (_value, n) => `work ${n}`),
        );
      }),
    );
    await trail.close();
    assert.ok((await verifyTrail(directory, trail.head)).ok);
  });

  test('where the disk refuses, records wait in order, nobody waits for them, and all are there when it takes them', async () => {
    const failures: unknown[] = [];
    const trail = await open({ rotateBytes: 1, syncMs: 10, onFailure: (error) => failures.push(error) });
    await trail.append(entry('before'));
    // No next file can be made.
    await rename(directory, `${directory}-away`);
    for (let i = 0; i < 5; i += 1) await trail.append(entry(`meanwhile ${i}`));
    assert.equal(failures.length, 1);
    await rename(`${directory}-away`, directory);
    while ((await whats()).length < 6) await new Promise((resolve) => setTimeout(resolve, 10));
    await trail.append(entry('after'));
    await trail.close();
    assert.deepEqual(await whats(), ['before', ...Array.from({ length: 5 }, (_, i) => `meanwhile ${i}`), 'after']);
    assert.equal(failures.length, 1);
    assert.ok((await verifyTrail(directory, trail.head)).ok);
  });

  test('what there is no room for in memory is counted, and a record says how many', async () => {
    const trail = await open({ rotateBytes: 9000, keepFiles: 1000, syncMs: 10, onFailure: () => undefined });
    // Larger than a file: what follows needs the next one.
    await trail.append({ ...entry('before'), objects: Array.from({ length: 20 }, () => 'x'.repeat(500)) });
    await rename(directory, `${directory}-away`);
    for (let i = 0; i < 10_007; i += 1) await trail.append(entry(`meanwhile ${i}`));
    await rename(`${directory}-away`, directory);
    while ((await readdir(directory)).length < 100) await new Promise((resolve) => setTimeout(resolve, 10));
    await trail.append(entry('after'));
    await trail.close();
    const verdict = await verifyTrail(directory, trail.head);
    assert.ok(verdict.ok, JSON.stringify(verdict));
    const lines: string[] = [];
    for await (const { text } of auditLines(directory)) lines.push(text);
    const [lost, last] = lines.slice(-2).map((line) => parseRecord(line));
    assert.deepEqual([lost?.what, lost?.result, last?.what], ['records lost', '7', 'after']);
  });

  test('long texts of clients are cut, control characters stay inside of their line', async () => {
    const trail = await open();
    await trail.append({
      ...entry('x'.repeat(10_000)),
      who: 'a\nb\u2028c"',
      objects: Array.from({ length: 50 }, () => 'o'),
    });
    await trail.close();
    const [text = ''] = (await readFile(await only(), 'utf8')).split('\n');
    const record = parseRecord(text) ?? assert.fail();
    assert.equal(record.what.length, 503);
    assert.equal(record.who, 'a\nb\u2028c"');
    assert.equal(record.objects.length, 20);
    assert.ok((await verifyTrail(directory)).ok);
  });

  test('names of what it was about stand in the record, cut like all texts; a record without any has none', async () => {
    const trail = await open();
    const id = '6BE1C9A4-0000-4000-8000-000000000001';
    await trail.append({ ...entry('DefineSystem'), objects: [id], names: { [id]: 'web'.repeat(100) } });
    await trail.append(entry('log-in'));
    await trail.close();
    const [first = '', second = ''] = (await readFile(await only(), 'utf8')).split('\n');
    assert.deepEqual(parseRecord(first)?.names, { [id]: `${'web'.repeat(34).slice(0, 100)}...` });
    assert.ok(!second.includes('names'));
    assert.ok((await verifyTrail(directory)).ok);
  });

  test('the longest record that there can be is found again at the end', async () => {
    const long = '\u2028'.repeat(1000);
    const objects = Array.from({ length: 50 }, () => long);
    const trail = await open();
    const names = Object.fromEntries(objects.map((name, n) => [`00000000-0000-0000-0000-0000000000${n + 10}`, name]));
    await trail.append({ ...entry(long), who: long, from: long, protocol: long, result: long, objects, names });
    await trail.close();
    assert.equal((await write(1)).seq, 2, 'it is continued');
    assert.ok((await verifyTrail(directory)).ok);
  });
});
