import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { readContainer } from '../../src/hvfile/container/read.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import { readDefinition } from '../../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { readHvFile } from '../../src/hvfile/read-file.ts';
import { type HvNode, leavesOf, pathText } from '../../src/hvfile/tree.ts';
import { dirty, lines } from './kit.ts';
import { dump, NO_SAMPLES, sample, samplePath } from './samples.ts';
import { readWithSecondReader } from './second-reader.ts';

const VMCX = 'EC04F346-DB96-4700-AF5B-77B3C56C38BD.vmcx';
const VMRS = 'gen1.VMRS';
const XML = 'B90AC31B-C6F8-479F-9B91-07B894A6A3F6.xml';

const TYPES = { int: '3', uint: '4', double: '5', string: '6', bytes: '7', bool: '8', object: '7' } as const;
const XML_TYPES = {
  int: 'integer',
  uint: 'integer',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
  bool: 'bool',
  object: '',
};

/** The dumps of containers stop here in a value of bytes. */
const DUMPED_BYTES = 20;

/** As the dump prints text. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\')}'`;
const word = (value: boolean): string => (value ? 'True' : 'False');
const names = (path: string): string => path.replace(/\[\d+\]/g, '');

/** Lines of the container dumps. */
const containerDump = (root: HvNode): string[] =>
  leavesOf(root).map(({ steps, leaf }) => {
    const value =
      leaf.type === 'string'
        ? quoted(leaf.value)
        : leaf.type === 'bytes'
          ? `'bytes:${leaf.value.toString('hex', 0, DUMPED_BYTES)}'`
          : leaf.type === 'bool'
            ? word(leaf.value)
            : String(leaf.value);
    return `${names(pathText(steps))}\t${TYPES[leaf.type]}\t${value}`;
  });

const xmlDump = (root: HvNode): string[] =>
  leavesOf(root).map(({ steps, leaf }) => {
    const value =
      leaf.type === 'bytes'
        ? leaf.value.toString('base64')
        : leaf.type === 'bool'
          ? word(leaf.value)
          : String(leaf.value);
    return `${names(pathText(steps))}\t${XML_TYPES[leaf.type]}\t${quoted(value)}`;
  });

describe('files written by Hyper-V hosts', { skip: NO_SAMPLES }, () => {
  for (const name of [VMCX, VMRS]) {
    test(`${name}: every leaf as in the dump`, async () => {
      const { root, version, replayed } = await readContainer(sample(name));
      const expected = dump(name).map((line) => line.join('\t'));
      assert.deepEqual(containerDump(root).toSorted(), expected.toSorted());
      assert.equal(version, 0x0400);
      assert.equal(replayed, 0, 'the stale entries behind a clean log are not applied');
    });

    test(`${name}: written anew, both readers see the same tree`, async () => {
      const { root } = await readContainer(sample(name));
      const written = writeContainer(root);
      assert.deepEqual(lines((await readContainer(written)).root), lines(root));
      assert.equal(readWithSecondReader(written).length, leavesOf(root).length);
    });
  }

  test(`${XML}: every leaf as in the dump`, async () => {
    const { root } = await readHvFile(samplePath(XML));
    const expected = dump(XML).map(([path, type, value]) => `${path}\t${type}\t${value.replace(/\\n(?='$)/, '')}`);
    assert.deepEqual(xmlDump(root), expected);
  });

  test('a dirty log: one key table comes from the log', async () => {
    const file = sample(VMCX);
    const table = Buffer.from(file.subarray(12_288, 12_288 + 4096));
    const broken = Buffer.from(file);
    broken.fill(0, 12_288, 12_288 + 4096);
    await assert.rejects(readContainer(broken), { name: 'HvFileError', reason: 'signature', offset: 12_288 });
    const { root, replayed } = await readContainer(dirty(broken, [{ offset: 12_288, data: table }]));
    assert.equal(replayed, 1);
    assert.deepEqual(lines(root), lines((await readContainer(file)).root));
  });

  for (const name of [VMCX, XML]) {
    test(`${name}: the definition is what the machine was, and no leaf is lost on the way back`, async () => {
      const before = readFileSync(samplePath(name));
      const { root } = await readHvFile(samplePath(name));
      const definition = readDefinition(root);
      assert.equal(definition.id, name.slice(0, 36));
      assert.equal(definition.generation, 1);
      assert.equal(definition.system['ElementName'], 'Default Generation 1');
      assert.deepEqual(definition.system['BootOrder'], [1, 2, 3, 0]);
      assert.equal(definition.controllers[0]?.drives[0]?.image?.path, 'C:\\Disks\\Default Generation 1.vhdx');
      assert.equal(definition.controllers.filter(({ kind }) => kind === 'scsiController').length, 1);
      assert.equal(definition.adapters.length, 1);
      assert.equal(definition.integration['guestServiceInterface']?.['EnabledState'], 3);
      assert.deepEqual(definition.adapters[0]?.connection.features[0]?.settings[0]?.values, {
        IPSecOffloadLimit: 512,
        VMQOffloadWeight: 100,
        IOVOffloadWeight: 0,
        IOVQueuePairsRequested: 1,
        IOVInterruptModeration: 0,
      });
      assert.deepEqual(lines(writeDefinition(definition)).toSorted(), lines(root).toSorted());
      assert.deepEqual(readFileSync(samplePath(name)), before);
    });
  }
});
