import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { promisify } from 'node:util';
import { INTERRUPTED } from '../../src/cli/interrupt.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { node } from '../../src/hvfile/tree.ts';
import { exported } from '../hvfile/exported.ts';
import { bytes, integer, machine, printXml, string, utf16 } from '../hvfile/kit.ts';
import { packedBlock, rangeBytes, vmrs } from '../hvfile/saved-memory-kit.ts';
import { childDisk, plainDisk } from '../kit/differencing-disks.ts';
import { create, type DiskKind, KINDS } from '../vhd/disks.ts';
import { layeredDisk } from '../vhd/layered.ts';
import { vsmsHere } from './in-process.ts';
import { vsms } from './kit.ts';

const run = promisify(execFile);

describe('vsms inspect', { concurrency: false }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vsms-inspect-'));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  const file = async (name: string, content: Buffer): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  };
  const told = async (path: string, ...options: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await vsms({}, 'inspect', path, ...options);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    return stdout;
  };

  test('.vmcx: the machine, its drives with recorded paths, adapters, checkpoints', async () => {
    const path = await file('one.vmcx', writeContainer(writeDefinition(machine(2))));
    const text = await told(path);
    for (const line of [
      /^name +web & <1>$/m,
      /^generation +2$/m,
      /^memory +4096 MB, dynamic 1024 to 8192 MB$/m,
      /^boot order +.*SCSI 0:0/m,
      /^notes +first line\\x0asecond — ünï$/m,
      /^SCSI +0 +diskDrive +C:\\VMs\\web1_6F1B7F4C\.avhdx$/m,
      /^SCSI +63 +dvdDrive$/m,
      /^front +00155D0A0B0C static +LAN +vlan$/m,
      /^legacy \(emulated\) +00155D0A0B0D dynamic +not connected$/m,
      /^22222222-2222-4222-8222-222222222222 +11111111-1111-4111-8111-111111111111$/m,
      /^format version +4\.0$/m,
      /^closed +yes$/m,
    ])
      assert.match(text, line);
  });

  test('.vmcx -o json: the whole definition', async () => {
    const path = await file('two.vmcx', writeContainer(writeDefinition(machine(1))));
    const { definition, file: facts } = JSON.parse(await told(path, '-o', 'json'));
    assert.equal(definition.id, machine(1).id);
    assert.deepEqual(definition.unmapped, []);
    assert.match(await told(path), /^boot order +HardDrive, Optical, Network, Floppy$/m);
    assert.deepEqual(definition.system.BootOrder, [2, 1, 3, 0]);
    assert.equal(definition.memory.VirtualQuantity, 4096);
    assert.equal(definition.createdAt, '133211269862321404');
    assert.equal(definition.controllers[0].drives[0].image.path, 'C:\\VMs\\boot.vhd');
    assert.equal(facts.version, '4.0');
  });

  test('.xml and .exp: the same machine from the older formats', async () => {
    const xml = await file('three.xml', utf16(printXml(writeDefinition(machine(1)))));
    assert.match(await told(xml), /^IDE 0 +1 +diskDrive +C:\\VMs\\boot\.vhd$/m);
    await mkdir(join(folder, 'old/Virtual Machines'), { recursive: true });
    await file('old/config.xml', Buffer.from('<configuration><CopyVmStorage>true</CopyVmStorage></configuration>'));
    const exp = await file('old/Virtual Machines/four.exp', utf16(exported()));
    const text = await told(exp);
    assert.match(text, /^name +old & good$/m);
    assert.match(text, /^\/export\/CopyVmStorage +string +true$/m);
  });

  test('.vmrs: the saved state, and -o keys: every key', async () => {
    const tree = node('', [
      node('savedstate', [
        integer('VmVersion', 0x0a00),
        string('type', 'Normal'),
        bytes('RamBlock0', Buffer.alloc(400_000)),
        bytes('RamBlock1', Buffer.from([1, 2])),
      ]),
    ]);
    const path = await file('five.vmrs', writeContainer(tree));
    const text = await told(path);
    assert.match(text, /^saved state +Normal$/m);
    assert.match(text, /^version +10\.0$/m);
    assert.match(text, /^blocks of memory +2$/m);
    const keys = (await told(path, '-o', 'keys')).trimEnd().split('\n');
    assert.equal(keys.length, 4);
    assert.match(keys[2] ?? '', /^\/savedstate\/RamBlock0 object 400000 bytes at \d+$/);
    assert.equal(keys[3], '/savedstate/RamBlock1 bytes 0102');
  });

  test('--core: the memory of a .vmrs as an ELF core; nothing is overwritten, nothing half-made is left', async () => {
    const block = packedBlock(Buffer.alloc(1 << 20, 'guest memory '));
    const range = rangeBytes({ gpa: 0, pages: 512, mbp: 0 });
    const path = await file('saved.vmrs', vmrs([range], new Map([[0, block]])));
    const core = join(folder, 'memory.core');
    const said = await vsms({}, 'inspect', path, '--core', core);
    assert.equal(said.code, 0, said.stderr);
    assert.match(said.stdout, /^2 MiB of memory are written .*; 1 MiB of it were never saved/);
    assert.match((await readFile(core)).subarray(4096, 8192).toString(), /^(guest memory )+/);
    const again = await vsms({}, 'inspect', path, '--core', core);
    assert.deepEqual([again.code, /exists already/.test(again.stderr)], [2, true]);
    const damaged = await file('damaged.vmrs', vmrs([range], new Map([[0, block.subarray(0, 5000)]])));
    const other = join(folder, 'other.core');
    const failed = await vsms({}, 'inspect', damaged, '--core', other);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /RamBlock0.*at offset \d+/);
    await assert.rejects(stat(other), { code: 'ENOENT' });
    const off = await vsms({}, 'inspect', await file('off.vmrs', vmrs([], new Map())), '--core', other);
    assert.match(off.stderr, /no memory in it/);
    const wrong = await vsms({}, 'inspect', await file('x.vhdx', Buffer.alloc(10)), '--core', other);
    assert.equal(wrong.code, 2);
    const stderr = mock.method(process.stderr, 'write', () => process.emit('SIGINT', 'SIGINT'));
    const interrupted = await vsmsHere({}, ['inspect', path, '--core', other]).finally(() => stderr.mock.restore());
    assert.deepEqual([interrupted.code, interrupted.said], [INTERRUPTED, 'vsms: cancelled.']);
    await assert.rejects(stat(other), { code: 'ENOENT' });
  });

  test('a saved state whose packed memory is larger than what is held of a definition is listed', async () => {
    const blocks = new Map(Array.from({ length: 170 }, (_, i) => [i, Buffer.alloc(200_000, i)] as const));
    const path = await file('large.vmrs', vmrs([rangeBytes({ gpa: 0, pages: 170 * 256, mbp: 0 })], blocks));
    assert.match(await told(path), /^blocks of memory +170$/m);
  });

  test("data.vmcx: the host's machines", async () => {
    const id = machine().id;
    const tree = node('', [
      node('Configurations', [
        integer('FormatVersion', 2),
        node('VirtualMachines', [string(`_${id}_`, 'C:\\VMs\\1.vmcx')]),
      ]),
    ]);
    assert.match(
      await told(await file('data.vmcx', writeContainer(tree))),
      new RegExp(`^${id} +C:\\\\VMs\\\\1\\.vmcx$`, 'm'),
    );
  });

  test('disks: a chain is a tree, in which a parent that is missing or stale is told', async () => {
    const at = join(folder, 'chain');
    await mkdir(at);
    const raw = await file('content.img', Buffer.alloc(65_536, 'content'));
    const [leaf = '', middle = '', base = ''] = await layeredDisk(raw, at, KINDS[1] as DiskKind, 3);
    const overlay = join(at, 'top.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-u', '-b', leaf, '-F', 'vhdx', overlay, '64K']);
    const tree =
      /^top\.qcow2 +good *\n└─ layer2\.avhdx +good *\n {3}└─ layer1\.avhdx +good *\n {6}└─ layer0\.vhdx +good *$/m;
    assert.match(await told(overlay), tree);
    await rename(base, join(at, 'other.vhdx'));
    assert.match(
      await told(middle),
      /^layer1\.avhdx +good *\n└─ \S*layer0\.vhdx +missing +The parent of layer1\.avhdx was not found/m,
    );
    await (await create(KINDS[1] as DiskKind, base, 65_536, 'dynamic')).close();
    const states = JSON.parse(await told(overlay, '-o', 'json')).chain.map(
      (link: { file: string; state: string }) => `${basename(link.file)} ${link.state}`,
    );
    assert.deepEqual(states, ['top.qcow2 good', 'layer2.avhdx good', 'layer1.avhdx good', 'layer0.vhdx stale']);
    assert.match(await told(leaf), /layer0\.vhdx is not the parent of layer1\.avhdx as it was/);
    await writeFile(base, Buffer.alloc(400_000, 'no disk'));
    assert.match(await told(leaf), /└─ layer0\.vhdx +damaged +.*offset 0/);
  });

  test('disks: a parent of a VHD that was changed at another time than its child notes may be stale', async () => {
    const at = join(folder, 'times');
    await mkdir(at);
    const base = await plainDisk('vhd', join(at, 'base.vhd'), await file('base.img', Buffer.alloc(65_536, 'base')));
    const leaf = await childDisk('vhd', join(at, 'leaf.avhd'), base, []);
    assert.match(await told(leaf), /^leaf\.avhd +good *\n└─ base\.vhd +good *$/m);
    await utimes(base, new Date(), new Date(Date.UTC(2024, 1, 29, 12)));
    assert.match(
      await told(leaf),
      /^└─ base\.vhd +maybe stale +base\.vhd was last changed at 2024-02-29 12:00:00 UTC, and leaf\.avhd was made when .* only copied/m,
    );
    assert.equal(JSON.parse(await told(leaf, '-o', 'json')).chain[1].state, 'maybeStale');
  });

  test('disks: header facts, names of the parent, hazards', async () => {
    const vhdx = join(folder, 'disk.vhdx');
    await run('qemu-img', ['create', '-q', '-f', 'vhdx', vhdx, '64M']);
    const text = await told(vhdx);
    assert.match(text, /^format +vhdx$/m);
    assert.match(text, /^virtual size +64 MiB \(67108864 bytes\)$/m);
    const vhd = join(folder, 'disk.vhd');
    await run('qemu-img', ['create', '-q', '-f', 'vpc', '-o', 'subformat=fixed,force_size=on', vhd, '1M']);
    assert.match(await told(vhd), /^type +fixed$/m);
    const overlay = join(folder, 'over.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-u', '-b', 'base.raw', '-F', 'raw', overlay, '64M']);
    const { disk } = JSON.parse(await told(overlay, '-o', 'json'));
    assert.deepEqual(disk.backing, { name: 'base.raw', format: 'raw' });
    assert.ok(disk.hazards.some(({ kind }: { kind: string }) => kind === 'backingFile'));
  });

  test('what a file says cannot rule the terminal', async () => {
    const definition = machine();
    const evil = { ...definition, system: { ...definition.system, ElementName: '\u001b[2J\u202eboo' } };
    const path = await file('evil.vmcx', writeContainer(writeDefinition(evil)));
    for (const options of [[], ['-o', 'json'], ['-o', 'keys']])
      assert.doesNotMatch(await told(path, ...options), /[\u001b\u202e]/);
  });

  test('exit codes: 3 no such file, 2 unknown ending, 1 damaged, with the offset', async () => {
    const fails = async (code: number, message: RegExp, ...args: readonly string[]): Promise<void> => {
      const outcome = await vsms({}, 'inspect', ...args);
      assert.match(outcome.stderr, message);
      assert.equal(outcome.code, code);
      assert.equal(outcome.stdout, '');
    };
    await fails(3, /There is no file/, join(folder, 'none.vmcx'));
    await fails(2, /no known format/, await file('a.txt', Buffer.from('x')));
    await fails(2, /described nowhere/, await file('old.bin', Buffer.from('x')));
    const vmcx = writeContainer(writeDefinition(machine()));
    vmcx.fill(0, 8192, 8200);
    await fails(1, /An object table starts with 0x00000000 \(at offset 8192\)/, await file('damaged.vmcx', vmcx));
    await fails(1, /at offset/, await file('damaged.vhd', Buffer.alloc(4096)));
    await fails(2, /disk has none/, join(folder, 'disk.vhdx'), '-o', 'keys');
    await mkdir(join(folder, 'folder.vmcx'));
    await fails(1, /no plain file|EISDIR/, join(folder, 'folder.vmcx'));
  });

  test('the file is left as it is', async () => {
    const path = await file('six.vmcx', writeContainer(writeDefinition(machine())));
    const before = await readFile(path);
    await told(path);
    assert.deepEqual(await readFile(path), before);
  });
});
