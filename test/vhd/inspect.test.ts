import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFile, open, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { crc32c } from '../../src/vhd/vhdx/crc32c.ts';
import { type DiskHazardKind, DiskFormatError, type DiskInfo } from '../../src/vhd/disk-info.ts';
import { fatalHazards, inspectDisk } from '../../src/vhd/inspect.ts';
import {
  changeVhdFooter,
  changeVhdHeader,
  changeVhdxHeaders,
  changeVhdxRegions,
  DISK_SIZE,
  FILE_PARAMETERS,
  guidBytes,
  makeDifferencingVhd,
  makeDifferencingVhdx,
  metadataEntry,
  metadataItem,
  metadataRegion,
  PARENT_DATA_WRITE_ID,
  patch,
  peek,
  qemuImg,
  sizeOf,
  withDirectory,
} from './fixtures.ts';

const MIB = 1024 * 1024;

const kinds = (info: DiskInfo): DiskHazardKind[] => info.hazards.map((hazard) => hazard.kind);

const refused = (promise: Promise<unknown>, reason: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof DiskFormatError, String(error));
    assert.match(error.message, reason);
    return true;
  });

describe('disks made by qemu-img', () => {
  const made: readonly (readonly [
    file: string,
    format: string,
    options: string,
    size: string,
    type: DiskInfo['type'],
  ])[] = [
    ['fixed.vhd', 'vpc', 'subformat=fixed,force_size=on', '10M', 'fixed'],
    ['dynamic.vhd', 'vpc', 'subformat=dynamic,force_size=on', '10M', 'dynamic'],
    ['large.vhd', 'vpc', 'subformat=dynamic,force_size=on', '2040G', 'dynamic'],
    ['dynamic.vhdx', 'vhdx', 'subformat=dynamic', '10M', 'dynamic'],
    ['fixed.vhdx', 'vhdx', 'subformat=fixed', '10M', 'fixed'],
    ['large.vhdx', 'vhdx', 'subformat=dynamic,block_size=256M', '64T', 'dynamic'],
    ['small-blocks.vhdx', 'vhdx', 'subformat=dynamic,block_size=1M', '100G', 'dynamic'],
    ['plain.qcow2', 'qcow2', 'compat=1.1', '10G', 'dynamic'],
    ['old.qcow2', 'qcow2', 'compat=0.10', '10M', 'dynamic'],
    ['extended.qcow2', 'qcow2', 'extended_l2=on,cluster_size=128k', '1T', 'dynamic'],
    ['plain.raw', 'raw', 'preallocation=off', '10M', 'fixed'],
    ['plain.img', 'raw', 'preallocation=off', '10M', 'fixed'],
  ];
  for (const [name, format, options, size, type] of made)
    test(`${name}: size and type`, () =>
      withDirectory(async (directory) => {
        const file = join(directory, name);
        await qemuImg('create', '-q', '-f', format, '-o', options, file, size);
        const info = await inspectDisk(file);
        const told = JSON.parse(await qemuImg('info', '--output=json', '-f', format, file)) as {
          'virtual-size': number;
          'cluster-size'?: number;
        };
        assert.equal(info.virtualSize, told['virtual-size']);
        assert.equal(info.type, type);
        assert.equal(info.format, format === 'vpc' ? 'vhd' : format);
        assert.deepEqual(info.hazards, []);
        if (info.blockSize > 0 && told['cluster-size'] !== undefined)
          assert.equal(info.blockSize, told['cluster-size']);
      }));

  test('an ISO is told by its volume descriptor; another content is a hazard that is not fatal', () =>
    withDirectory(async (directory) => {
      const bytes = Buffer.alloc(40 * 2048);
      const file = join(directory, 'a.ISO');
      await writeFile(file, bytes);
      assert.deepEqual(kinds(await inspectDisk(file)), ['unknownContent']);
      bytes.write('CD001', 16 * 2048 + 1, 'latin1');
      await writeFile(file, bytes);
      const info = await inspectDisk(file);
      assert.deepEqual([info.format, info.hazards, info.logicalSectorSize], ['iso', [], 2048]);
      assert.deepEqual(fatalHazards(info), []);
    }));

  test('hardening 10 a raw disk is raw whatever its guest writes into it', () =>
    withDirectory(async (directory) => {
      const qcow2 = join(directory, 'a.qcow2');
      await qemuImg('create', '-q', '-f', 'qcow2', qcow2, '10G');
      const raw = join(directory, 'a.raw');
      await copyFile(qcow2, raw);
      const info = await inspectDisk(raw);
      assert.equal(info.format, 'raw');
      assert.equal(info.virtualSize, info.fileSize);
    }));

  test('the name tells the format, and the content must agree', () =>
    withDirectory(async (directory) => {
      const raw = join(directory, 'plain.raw');
      await qemuImg('create', '-q', '-f', 'raw', raw, '10M');
      for (const [name, reason] of [
        ['a.vhd', /no VHD footer/],
        ['a.avhd', /no VHD footer/],
        ['a.vhdx', /no VHDX file/],
        ['a.AVHDX', /no VHDX file/],
        ['a.qcow2', /no qcow2 file/],
        ['a.vmdk', /no known format/],
        ['a', /no known format/],
      ] as const) {
        await copyFile(raw, join(directory, name));
        await refused(inspectDisk(join(directory, name)), reason);
      }
      await writeFile(join(directory, 'empty.vhd'), '');
      await refused(inspectDisk(join(directory, 'empty.vhd')), /too short/);
      await writeFile(join(directory, 'empty.vhdx'), '');
      await refused(inspectDisk(join(directory, 'empty.vhdx')), /outside of the file/);
      await writeFile(join(directory, 'odd.raw'), 'x'.repeat(700));
      assert.deepEqual(kinds(await inspectDisk(join(directory, 'odd.raw'))), ['partialSector']);
    }));

  test('an open file may be given; FIFOs and missing files are errors', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'a.qcow2');
      await qemuImg('create', '-q', '-f', 'qcow2', file, '10M');
      const handle = await open(file, 'r');
      assert.equal((await inspectDisk(file, handle)).virtualSize, 10 * MIB);
      assert.ok((await handle.stat()).isFile());
      await handle.close();
      await assert.rejects(inspectDisk(join(directory, 'none.vhd')), { code: 'ENOENT' });
      execFileSync('mkfifo', [join(directory, 'fifo.raw')]);
      await refused(inspectDisk(join(directory, 'fifo.raw')), /no plain file/);
    }));
});

describe('VHD', () => {
  const make = async (directory: string, subformat: 'fixed' | 'dynamic'): Promise<{ file: string; end: number }> => {
    const file = join(directory, 'a.vhd');
    await qemuImg('create', '-q', '-f', 'vpc', '-o', `subformat=${subformat},force_size=on`, file, '10M');
    return { file, end: (await sizeOf(file)) - 512 };
  };

  test('qemu §3 a differencing VHD is told by its footer and must not be attached; QEMU opens it without its parent', () =>
    withDirectory(async (directory) => {
      const { file } = await make(directory, 'dynamic');
      await makeDifferencingVhd(file);
      const info = await inspectDisk(file);
      assert.equal(info.type, 'differencing');
      assert.deepEqual(
        fatalHazards(info).map((hazard) => hazard.kind),
        ['differencing'],
      );
      assert.deepEqual(info.parent, {
        linkage: '33221100-5544-7766-8899-AABBCCDDEEFF',
        linkage2: null,
        names: [
          { kind: 'relative', text: '.\\parent.vhd' },
          { kind: 'absolute', text: 'C:\\VMs\\parent.vhd' },
          { kind: 'name', text: 'parent.vhd' },
        ],
      });
    }));

  test('a damaged footer is replaced by its copy, except where the copy would be the guest’s', () =>
    withDirectory(async (directory) => {
      const dynamic = await make(directory, 'dynamic');
      await patch(dynamic.file, dynamic.end + 48, Buffer.from([0xff]));
      const info = await inspectDisk(dynamic.file);
      assert.deepEqual([info.virtualSize, kinds(info)], [10 * MIB, ['copyDamaged']]);
      const fixed = await make(directory, 'fixed');
      const footer = await peek(fixed.file, fixed.end, 512);
      await patch(fixed.file, 0, footer);
      await patch(fixed.file, fixed.end + 48, Buffer.from([0xff]));
      await refused(inspectDisk(fixed.file), /checksum of the VHD footer is wrong/);
    }));

  test('hardening 12 footers and headers with right checksums and wrong values', () =>
    withDirectory(async (directory) => {
      const footers: readonly (readonly [(footer: Buffer) => void, RegExp])[] = [
        [(footer) => footer.writeUInt32BE(0x00020000, 12), /version/],
        [(footer) => footer.writeUInt32BE(7, 60), /type 7/],
        [(footer) => footer.writeBigUInt64BE(0n, 48), /size of the disk is 0/],
        [(footer) => footer.writeBigUInt64BE(2n ** 64n - 1n, 48), /cannot be/],
        [(footer) => footer.writeBigUInt64BE(2n ** 42n, 48), /cannot have/],
        [(footer) => footer.writeBigUInt64BE(1000n, 48), /cannot have/],
        [(footer) => footer.writeBigUInt64BE(2n ** 64n - 1n, 16), /cannot be/],
        [(footer) => footer.writeBigUInt64BE(2n ** 40n, 16), /outside of the file/],
        [(footer) => footer.writeBigUInt64BE(0n, 16), /no dynamic header/],
        [(footer) => footer.writeUInt32BE(2, 60), /footer tells a disk/],
      ];
      for (const [change, reason] of footers) {
        const { file, end } = await make(directory, 'dynamic');
        await changeVhdFooter(file, [0, end], change);
        await refused(inspectDisk(file), reason);
      }
      const headers: readonly (readonly [(header: Buffer) => void, RegExp])[] = [
        [(header) => header.writeUInt32BE(0, 32), /block size is 0/],
        [(header) => header.writeUInt32BE(0x80000000, 32), /block size/],
        [(header) => header.writeUInt32BE(3000, 32), /block size/],
        [(header) => header.writeUInt32BE(0xffffffff, 28), /outside of the file/],
        [(header) => header.writeUInt32BE(1, 28), /too short/],
        [(header) => header.writeBigUInt64BE(2n ** 63n, 16), /cannot be/],
      ];
      for (const [change, reason] of headers) {
        const { file } = await make(directory, 'dynamic');
        await changeVhdHeader(file, change);
        await refused(inspectDisk(file), reason);
      }
      const { file } = await make(directory, 'dynamic');
      await makeDifferencingVhd(file);
      await changeVhdHeader(file, (header) => header.writeUInt32BE(0x7fffffff, 576 + 8));
      await refused(inspectDisk(file), /path of the parent is too long/);
      await changeVhdHeader(file, (header) => {
        header.writeUInt32BE(20, 576 + 8);
        header.writeBigUInt64BE(2n ** 50n, 576 + 16);
      });
      await refused(inspectDisk(file), /outside of the file/);
    }));
});

describe('VHDX', () => {
  const make = async (directory: string): Promise<string> => {
    const file = join(directory, 'a.vhdx');
    await qemuImg('create', '-q', '-f', 'vhdx', file, '100M');
    return file;
  };

  test('CRC-32C: the check value of the Castagnoli polynomial', () => {
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  });

  test('a differencing VHDX is told with its parent', () =>
    withDirectory(async (directory) => {
      const file = await make(directory);
      await makeDifferencingVhdx(file);
      const info = await inspectDisk(file);
      assert.equal(info.type, 'differencing');
      assert.deepEqual(
        fatalHazards(info).map((hazard) => hazard.kind),
        ['differencing'],
      );
      assert.deepEqual(info.parent, {
        linkage: PARENT_DATA_WRITE_ID,
        linkage2: null,
        names: [
          { kind: 'relative', text: '.\\parent.avhdx' },
          { kind: 'absolute', text: 'C:\\VMs\\parent.avhdx' },
        ],
      });
    }));

  test('the header with the higher number counts; one damaged copy is told; twins are allowed', () =>
    withDirectory(async (directory) => {
      const file = await make(directory);
      const ids = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
      for (const copy of [0, 1])
        await changeVhdxHeaders(
          file,
          (header) => {
            header.writeBigUInt64LE(BigInt(copy === 0 ? 7 : 8), 8);
            guidBytes(ids[copy] ?? '').copy(header, 32);
          },
          [copy],
        );
      assert.equal((await inspectDisk(file)).dataWriteId, ids[1]);
      await changeVhdxHeaders(file, (header) => header.writeBigUInt64LE(9n, 8), [0]);
      assert.equal((await inspectDisk(file)).dataWriteId, ids[0]);
      await patch(file, 64 * 1024 + 100, Buffer.from([1]));
      const info = await inspectDisk(file);
      assert.deepEqual([info.dataWriteId, kinds(info)], [ids[1], ['copyDamaged']]);
      await patch(file, 128 * 1024 + 100, Buffer.from([1]));
      await refused(inspectDisk(file), /Both headers are damaged/);
      const twins = await make(directory);
      const header = await peek(twins, 64 * 1024, 4096);
      await patch(twins, 128 * 1024, header);
      assert.deepEqual((await inspectDisk(twins)).hazards, []);
      await changeVhdxHeaders(twins, (each) => guidBytes(ids[0] ?? '').copy(each, 32), [1]);
      await refused(inspectDisk(twins), /same sequence number and differ/);
    }));

  test('a log that is not empty is told', () =>
    withDirectory(async (directory) => {
      const file = await make(directory);
      await changeVhdxHeaders(file, (header) => guidBytes('11111111-1111-4111-8111-111111111111').copy(header, 48));
      assert.deepEqual(kinds(await inspectDisk(file)), ['notClosed']);
    }));

  test('hardening 12 headers, regions and metadata with right checksums and wrong values', () =>
    withDirectory(async (directory) => {
      const headers: readonly (readonly [(header: Buffer) => void, RegExp])[] = [
        [(header) => header.writeUInt16LE(2, 66), /version 2/],
        [(header) => header.writeBigUInt64LE(2n ** 63n, 72), /log is not in its place/],
        [(header) => header.writeBigUInt64LE(512n, 72), /log is not in its place/],
        [(header) => header.writeUInt32LE(0xfff00000, 68), /log is not in its place/],
      ];
      for (const [change, reason] of headers) {
        const file = await make(directory);
        await changeVhdxHeaders(file, change);
        await refused(inspectDisk(file), reason);
      }
      const regions: readonly (readonly [(table: Buffer) => void, RegExp])[] = [
        [(table) => table.writeUInt32LE(0xffffffff, 8), /cannot have 4294967295 entries/],
        [(table) => table.writeUInt32LE(1, 8), /missing/],
        [(table) => table.copy(table, 48, 16, 32), /there twice/],
        [(table) => table.copy(table, 64, 32, 48), /overlap/],
        [(table) => table.writeBigUInt64LE(2n ** 63n, 32), /region is not in its place/],
        [(table) => table.writeUInt32LE(0xfff00000, 40), /region is not in its place/],
        [(table) => table.fill(0x11, 16, 32).writeUInt32LE(1, 44), /required region .* is not known/],
      ];
      for (const [change, reason] of regions) {
        const file = await make(directory);
        await changeVhdxRegions(file, change);
        await refused(inspectDisk(file), reason);
      }
      const u32 = (value: number): Buffer => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32LE(value);
        return bytes;
      };
      const metadata: readonly (readonly [(file: string) => Promise<void>, RegExp])[] = [
        [async (file) => patch(file, await metadataRegion(file), Buffer.from('x')), /no metadata table/],
        [async (file) => patch(file, (await metadataRegion(file)) + 10, Buffer.from([0xff, 0xff])), /65535 entries/],
        [async (file) => patch(file, await metadataItem(file, FILE_PARAMETERS), u32(0)), /block size is 0/],
        [async (file) => patch(file, await metadataItem(file, FILE_PARAMETERS), u32(3 * MIB)), /block size/],
        [
          async (file) => patch(file, (await metadataItem(file, FILE_PARAMETERS)) + 4, u32(2)),
          /does not tell its parent/,
        ],
        [async (file) => patch(file, await metadataItem(file, DISK_SIZE), Buffer.alloc(8, 0xff)), /cannot be/],
        [async (file) => patch(file, (await metadataItem(file, DISK_SIZE)) + 4, u32(0x4000)), /cannot have|too short/],
        [async (file) => patch(file, await metadataItem(file, DISK_SIZE), Buffer.alloc(8)), /size of the disk is 0/],
        [
          async (file) => patch(file, (await metadataEntry(file, DISK_SIZE)) + 16, u32(0xfffffff0)),
          /item is not in its place/,
        ],
        [
          async (file) => patch(file, (await metadataEntry(file, DISK_SIZE)) + 20, u32(0xffffffff)),
          /item is not in its place/,
        ],
        [async (file) => patch(file, (await metadataEntry(file, DISK_SIZE)) + 20, u32(4)), /missing or malformed/],
        [
          async (file) => patch(file, await metadataEntry(file, DISK_SIZE), Buffer.alloc(16, 0x33)),
          /required metadata item .* is not known/,
        ],
        [async (file) => patch(file, await metadataEntry(file, DISK_SIZE), guidBytes(FILE_PARAMETERS)), /there twice/],
      ];
      for (const [change, reason] of metadata) {
        const file = await make(directory);
        await change(file);
        await refused(inspectDisk(file), reason);
      }
    }));
});

describe('qcow2', () => {
  const make = async (directory: string, ...options: string[]): Promise<string> => {
    const file = join(directory, 'a.qcow2');
    await qemuImg('create', '-q', '-f', 'qcow2', ...options, file, '10M');
    return file;
  };

  test('hardening 9 external data, backing files, protocols and encryption are told from the header alone', () =>
    withDirectory(async (directory) => {
      const external = await make(directory, '-o', `data_file=${join(directory, 'data.raw')}`);
      const info = await inspectDisk(external);
      assert.equal(info.dataFile, join(directory, 'data.raw'));
      assert.deepEqual(
        fatalHazards(info).map((hazard) => hazard.kind),
        ['externalDataFile'],
      );
      for (const [name, fatal] of [
        ['/etc/shadow', []],
        ['base.raw', []],
        ['../base.raw', []],
        ['json:{"driver":"nbd","host":"x"}', ['protocolBacking']],
        ['nbd://host/x', ['protocolBacking']],
        ['fat:rw:/etc', ['protocolBacking']],
        ['a\nb', ['protocolBacking']],
      ] as const) {
        const file = await make(directory);
        await qemuImg('rebase', '-q', '-u', '-f', 'qcow2', '-F', 'raw', '-b', name, file);
        const backed = await inspectDisk(file);
        assert.deepEqual(backed.backing, { name, format: 'raw' });
        assert.equal(backed.type, 'differencing');
        assert.deepEqual(
          fatalHazards(backed).map((hazard) => hazard.kind),
          fatal,
          name,
        );
        assert.ok(backed.hazards.length > 0);
      }
    }));

  test('a backing file without a format is refused: QEMU would probe it', () =>
    withDirectory(async (directory) => {
      const file = await make(directory);
      const at = 512;
      const name = Buffer.from('base.raw');
      await patch(file, at, name);
      const field = Buffer.alloc(12);
      field.writeBigUInt64BE(BigInt(at), 0);
      field.writeUInt32BE(name.length, 8);
      await patch(file, 8, field);
      const info = await inspectDisk(file);
      assert.deepEqual(info.backing, { name: 'base.raw', format: null });
      assert.deepEqual(
        fatalHazards(info).map((hazard) => hazard.kind),
        ['backingFile'],
      );
    }));

  test('encryption, unknown features, corrupt and dirty marks', () =>
    withDirectory(async (directory) => {
      const cases: readonly (readonly [number, number[], DiskHazardKind, boolean])[] = [
        [35, [2], 'encrypted', true],
        [72, [0x80], 'unknownFeature', true],
        [79, [2], 'markedCorrupt', true],
        [79, [1], 'notClosed', false],
      ];
      for (const [at, bytes, kind, fatal] of cases) {
        const file = await make(directory);
        await patch(file, at, Buffer.from(bytes));
        assert.deepEqual(
          (await inspectDisk(file)).hazards.map((hazard) => [hazard.kind, hazard.fatal]),
          [[kind, fatal]],
        );
      }
    }));

  test('hardening 12 wrong values', () =>
    withDirectory(async (directory) => {
      const cases: readonly (readonly [number, number[], RegExp])[] = [
        [7, [9], /version 9/],
        [23, [30], /2\^30/],
        [24, [0xff, 0xff], /cannot be/],
        [24, [0, 0x10], /does not fit/],
        [36, [0xff], /does not fit/],
        [47, [1], /not in its place/],
        [103, [3], /header cannot have/],
        [8, [0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0xff, 0xff], /backing file is not in its place/],
        [8, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9], /backing file is not in its place/],
        [112, [1, 2, 3, 4, 0xff, 0xff, 0xff, 0xff], /extensions do not end/],
      ];
      for (const [at, bytes, reason] of cases) {
        const file = await make(directory);
        await patch(file, at, Buffer.from(bytes));
        await refused(inspectDisk(file), reason);
      }
    }));
});

describe('damaged files', () => {
  const images: readonly (readonly [string, readonly string[], number])[] = [
    ['a.vhd', ['-f', 'vpc', '-o', 'force_size=on'], 3000],
    ['a.vhdx', ['-f', 'vhdx', '-o', 'block_size=1M,log_size=1M'], 5 * MIB],
    ['a.qcow2', ['-f', 'qcow2'], 1024],
  ];
  for (const [name, options, reach] of images)
    test(`hardening 12 ${name}: any change gives an answer or a DiskFormatError`, () =>
      withDirectory(async (directory) => {
        const good = join(directory, name);
        await qemuImg('create', '-q', ...options, good, '3M');
        if (name === 'a.vhd') await makeDifferencingVhd(good);
        if (name === 'a.vhdx') await makeDifferencingVhdx(good);
        const size = await sizeOf(good);
        const metadata = name === 'a.vhdx' ? await metadataRegion(good) : 0;
        const places = fc.oneof(
          fc.integer({ min: 0, max: Math.min(reach, size) - 1 }),
          fc.integer({ min: size - 512, max: size - 1 }),
          // Where the structures without a checksum lie.
          fc.integer({ min: metadata, max: metadata + 512 }),
          fc.integer({ min: metadata, max: metadata + 128 * 1024 + 300 }),
        );
        const changes = fc.array(fc.tuple(places, fc.uint8Array({ minLength: 1, maxLength: 8 })), {
          minLength: 1,
          maxLength: 4,
        });
        await fc.assert(
          fc.asyncProperty(changes, fc.option(fc.integer({ min: 0, max: size })), async (edits, cut) => {
            const undo: [number, Buffer][] = [];
            for (const [at, bytes] of edits) {
              if (at + bytes.length > size) continue;
              undo.push([at, await peek(good, at, bytes.length)]);
              await patch(good, at, bytes);
            }
            let file = good;
            if (cut !== null && cut % 5 === 0) {
              file = join(directory, `cut-${name}`);
              await copyFile(good, file);
              await truncate(file, cut);
            }
            try {
              const info = await inspectDisk(file);
              assert.ok(Number.isSafeInteger(info.virtualSize) && info.virtualSize >= 0);
              assert.equal(info.format, formatByName(name));
            } catch (error) {
              assert.ok(error instanceof DiskFormatError, String((error as Error).stack));
            } finally {
              for (const [at, bytes] of undo.toReversed()) await patch(good, at, bytes);
            }
          }),
          { numRuns: 400 },
        );
      }));

  const formatByName = (name: string): string => name.slice(2);
});

/** Real files of Hyper-V hosts are not part of the project; who has them names their folder. */
const samples = process.env['VSMS_HYPERV_SAMPLES'];
if (samples !== undefined)
  describe('disks made by Hyper-V', () => {
    test('every sample is read', () =>
      withDirectory(async (directory) => {
        const expected: Readonly<Record<string, readonly [DiskInfo['type'], number]>> = {
          'fixed.vhd': ['fixed', 10 * MIB],
          'dynamic.vhd': ['dynamic', 10 * MIB],
          'fixed.vhdx': ['fixed', 10 * MIB],
          'dynamic.vhdx': ['dynamic', 10 * MIB],
          'differencing.avhdx': ['differencing', 8192 * MIB],
        };
        const present = (await readdir(samples)).filter((name) => name.endsWith('.gz'));
        assert.ok(present.length > 0);
        for (const packed of present) {
          const name = packed.slice(0, -3);
          const file = join(directory, name);
          await writeFile(file, gunzipSync(await readFile(join(samples, packed))));
          const info = await inspectDisk(file);
          assert.deepEqual([info.type, info.virtualSize], expected[name], name);
        }
      }));
  });
