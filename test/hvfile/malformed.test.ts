import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readContainer } from '../../src/hvfile/container/read.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import { readHostRegistry } from '../../src/hvfile/definition/host-registry.ts';
import { readDefinition } from '../../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import type { MachineDefinition } from '../../src/hvfile/definition/definition.ts';
import { savedMemory } from '../../src/hvfile/memory/saved-memory.ts';
import { HvFileError } from '../../src/hvfile/error.ts';
import { readExpDefinition } from '../../src/hvfile/text/read-exp.ts';
import { readXmlDefinition } from '../../src/hvfile/text/read-xml.ts';
import { type HvNode, node } from '../../src/hvfile/tree.ts';
import { exported } from './exported.ts';
import { bytes, dirty, integer, machine, printXml, reseal, string, utf16 } from './kit.ts';
import { NO_SAMPLES, sample } from './samples.ts';
import { FUZZ_SEED, fuzzRuns } from '../kit/fuzz.ts';

/** xorshift32: of one seed the same files on every machine. */
const random = (seed: number): ((below: number) => number) => {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

type Random = (below: number) => number;

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];

/** One to four changes: bits, numbers at the edges, pieces moved over others, the end cut off. */
const mutate = (original: Buffer, pick: Random): Buffer => {
  let file = Buffer.from(original);
  for (let changes = 1 + pick(4); changes > 0; changes--) {
    const at = pick(Math.max(1, file.length - 8));
    switch (pick(6)) {
      case 0:
        file.writeUInt8(file.readUInt8(at) ^ (1 << pick(8)), at);
        break;
      case 1:
        file.writeUInt32LE(INTERESTING[pick(INTERESTING.length)] ?? 0, at);
        break;
      case 2:
        file.writeUInt16LE(pick(0x1_0000), at);
        break;
      case 3:
        file.copy(file, at, pick(file.length), pick(file.length) + 64);
        break;
      case 4:
        file.fill(pick(256), at, Math.min(file.length, at + 1 + pick(40)));
        break;
      default:
        if (pick(4) === 0) file = Buffer.from(file.subarray(0, Math.max(16, at)));
    }
  }
  return file;
};

/** Where the structures of a container are, so that few changes fall into its empty pages. */
const mutateContainer = (original: Buffer, pick: Random): Buffer => {
  const used: [number, number][] = [
    [0, 46],
    [4096, 4142],
    [8192, 8192 + 8 + 12 * 18],
  ];
  for (let i = 0; i < 12; i++) {
    const at = Number(original.readBigUInt64LE(8200 + 18 * i + 5));
    if (original.readUInt8(8200 + 18 * i) === 2) used.push([at, at + 4096], [at, at + 600]);
  }
  const log = Number(original.readBigUInt64LE(26));
  used.push([log, log + 34 + 56]);
  const file = Buffer.from(original);
  for (let changes = 1 + pick(3); changes > 0; changes--) {
    const [from, to] = used[pick(used.length)] ?? [0, 46];
    const piece = mutate(file.subarray(from, to), pick);
    piece.copy(file, from);
  }
  // Half of them with checksums that are right: the damage is meant to get past those.
  if (pick(4) !== 0) reseal(file);
  return pick(12) === 0 ? mutate(file, pick) : file;
};

/** Everything that is made of a tree must hold for it too. */
const use = (root: HvNode, size: number): void => {
  const made: (() => unknown)[] = [];
  for (const read of [readHostRegistry, readDefinition, savedMemory]) {
    try {
      const value = read(root);
      if (read === readDefinition) made.push(() => writeContainer(writeDefinition(value as MachineDefinition)));
    } catch (error) {
      checkError(error, size);
    }
  }
  // What cannot be written is in no file yet, and has a path in the tree.
  for (const write of made) {
    try {
      write();
    } catch (error) {
      if (!(error instanceof HvFileError)) throw error;
      assert.notEqual(error.path, null, error.message);
    }
  }
};

const REFUSED = fuzzRuns(100);

const checkError = (error: unknown, size: number): void => {
  if (!(error instanceof HvFileError)) throw error;
  assert.ok(error.offset !== null, `no offset: ${error.message}`);
  assert.match(error.message, new RegExp(`at offset ${error.offset}\\)`));
  assert.ok(Number.isSafeInteger(error.offset) && error.offset >= 0, error.message);
  assert.ok(error.reason === 'bounds' || error.reason === 'limit' || error.offset <= size, `${size}: ${error.message}`);
  assert.ok(error.message.length < 500, 'a message does not carry the file');
};

/** Reads files made from seeds until a hundred (VSMS_FUZZ_RUNS) were refused; whatever is not refused must be of use. */
const refuseAHundred = async (
  make: (pick: Random) => Buffer,
  read: (file: Buffer) => Promise<HvNode>,
): Promise<void> => {
  let refused = 0;
  let made = 0;
  for (; refused < REFUSED && made < 40 * REFUSED; made++) {
    const file = make(random(Math.imul(FUZZ_SEED + made, 2_654_435_761)));
    try {
      use(await read(file), file.length);
    } catch (error) {
      try {
        checkError(error, file.length);
      } catch (cause) {
        throw new Error(`the first file of VSMS_FUZZ_SEED=${FUZZ_SEED + made}: ${String(cause)}`, { cause });
      }
      refused++;
    }
  }
  assert.equal(refused, REFUSED, `after ${made} files of VSMS_FUZZ_SEED=${FUZZ_SEED}`);
};

const container = async (file: Buffer): Promise<HvNode> => (await readContainer(file)).root;
const vmcx = writeContainer(writeDefinition(machine(1)));
const vmrs = writeContainer(
  node('', [
    node('savedstate', [
      integer('VmVersion', 2560),
      string('type', 'Normal'),
      bytes('RamMemoryBlock0', Buffer.alloc(48, 1)),
      bytes('RamBlock0', Buffer.alloc(9000, 2)),
      string('long', 'x'.repeat(3000)),
    ]),
  ]),
);

describe('hardening 13: a hundred malformed files of each format, each refused with its place', () => {
  test('.vmcx', () => refuseAHundred((pick) => mutateContainer(vmcx, pick), container));
  test('.vmrs with file objects', () => refuseAHundred((pick) => mutateContainer(vmrs, pick), container));
  test('.vmcx with a dirty log', () => {
    const log = dirty(vmcx, [
      { offset: 53_248, data: Buffer.from(vmcx.subarray(53_248, 53_248 + 4096)) },
      { offset: 8192, data: Buffer.from(vmcx.subarray(8192, 12_288)) },
    ]);
    return refuseAHundred((pick) => mutateContainer(log, pick), container);
  });
  const registry = writeContainer(
    node('', [
      node('Configurations', [
        integer('FormatVersion', 2),
        node(
          'VirtualMachines',
          Array.from({ length: 20 }, (_, i) =>
            string(`_6F1B7F4C-9A1E-4B2D-8C3F-0000000000${10 + i}_`, `D:\\Hyper-V\\Virtual Machines\\${i}.vmcx`),
          ),
        ),
      ]),
    ]),
  );
  test('data.vmcx', () =>
    refuseAHundred(
      (pick) => mutateContainer(registry, pick),
      async (file) => {
        const root = await container(file);
        readHostRegistry(root);
        return root;
      },
    ));
  const xml = printXml(writeDefinition(machine(2)));
  test('.xml in UTF-16', () =>
    refuseAHundred(
      (pick) => mutate(utf16(xml), pick),
      async (file) => readXmlDefinition(file),
    ));
  test('.xml in UTF-8', () =>
    refuseAHundred(
      (pick) => mutate(Buffer.from(xml), pick),
      async (file) => readXmlDefinition(file),
    ));
  test('.xml with the line ends of Windows', () =>
    refuseAHundred(
      (pick) => mutate(Buffer.from(xml.replaceAll('\n', '\r\n')), pick),
      async (file) => readXmlDefinition(file),
    ));
  test('.exp', () =>
    refuseAHundred(
      (pick) => mutate(Buffer.from(exported()), pick),
      async (file) => readExpDefinition(file),
    ));
  test('config.xml beside an .exp', () =>
    refuseAHundred(
      (pick) => mutate(Buffer.from('<configuration><CopyVmStorage>true</CopyVmStorage></configuration>'), pick),
      async (file) => readExpDefinition(Buffer.from(exported()), file),
    ));
});

describe('the same with files of real hosts', { skip: NO_SAMPLES }, () => {
  for (const name of ['EC04F346-DB96-4700-AF5B-77B3C56C38BD.vmcx', 'gen1.VMRS'])
    test(name, () => refuseAHundred((pick) => mutateContainer(sample(name), pick), container));
  test('B90AC31B-C6F8-479F-9B91-07B894A6A3F6.xml', () =>
    refuseAHundred(
      (pick) => mutate(sample('B90AC31B-C6F8-479F-9B91-07B894A6A3F6.xml'), pick),
      async (file) => readXmlDefinition(file),
    ));
});
