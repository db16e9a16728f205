import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { byteSize, sizeText } from '../../src/cli/byte-size.ts';
import { hostName } from '../../src/cli/vm/cloud-init.ts';
import { fileName, inFolder } from '../../src/cli/host-paths.ts';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

const run = promisify(execFile);
const GUID = '[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}';

describe('vsms disk, vm create --image, vm clone', () => {
  let service: Service;
  let folder: string;
  const say = (...words: readonly string[]) => vsms(local(service), ...words);
  const out = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await say(...words);
    assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  const fails = async (code: number, pattern: RegExp, ...words: readonly string[]): Promise<void> => {
    const outcome = await say(...words);
    assert.equal(outcome.code, code, `${words.join(' ')}: ${outcome.stdout}${outcome.stderr}`);
    assert.match(outcome.stderr, pattern);
  };
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    folder = join(service.dataDirectory, 'files');
    await mkdir(folder);
  });
  after(() => service[Symbol.asyncDispose]());

  test('an image is made, told, resized, compacted, converted and validated; foreign tools agree', async () => {
    const file = join(folder, 'a.vhdx');
    assert.equal(await out('disk', 'create', file, '--size', '64M'), file);
    const [told] = parse(await out('disk', 'inspect', file, '-o', 'yaml')) as [Record<string, unknown>];
    assert.deepEqual(
      [told['format'], told['type'], told['sizeBytes'], told['inUse'], told['parent']],
      ['vhdx', 'dynamic', 64 << 20, false, null],
    );
    await out('disk', 'resize', file, '96 MiB');
    const { stdout } = await run('qemu-img', ['info', '--output=json', file]);
    assert.equal((JSON.parse(stdout) as { 'virtual-size': number })['virtual-size'], 96 << 20);
    const child = join(folder, 'child.vhdx');
    await out('disk', 'create', child, '--parent', file);
    assert.match(await out('disk', 'inspect', child), /vhdx +differencing +96 MiB .*a\.vhdx/);
    const copy = join(folder, 'copy.vhd');
    assert.equal(await out('disk', 'convert', child, copy, '--type', 'fixed'), copy);
    assert.match((await run('qemu-img', ['info', copy])).stdout, /file format: (?:vpc|raw)/);
    const ours = join(folder, 'copy.qcow2');
    assert.equal(await out('disk', 'convert', child, ours), ours);
    await run('qemu-img', ['compare', '-q', '-f', 'qcow2', '-F', 'vpc', ours, copy]).catch(() =>
      assert.fail('differs'),
    );
    assert.match(await out('disk', 'inspect', ours), /qcow2 +dynamic +96 MiB/);
    const blank = join(folder, 'blank.qcow2');
    assert.equal(await out('disk', 'create', blank, '--size', '1G'), blank);
    await run('qemu-img', ['check', '-q', '-f', 'qcow2', blank]);
    assert.match(await out('disk', 'compact', file), /MiB before, .* now\./);
    assert.match(await out('disk', 'validate', child), /are whole/);
    await fails(2, /Give --size, or --parent/, 'disk', 'create', join(folder, 'x.vhdx'));
    await fails(2, /is a size like 20G/, 'disk', 'create', join(folder, 'x.vhdx'), '--size', 'big');
    await fails(
      2,
      /"20" would be 20 bytes\. Give it a unit, such as 20G/,
      'disk',
      'create',
      join(folder, 'x.vhdx'),
      '--size',
      '20',
    );
    await out('disk', 'resize', blank, '+512M');
    assert.match(await out('disk', 'inspect', blank), /qcow2 +dynamic +1\.5 GiB/);
    await fails(2, /The new size is a size like 20G/, 'disk', 'resize', blank, '+');
    await fails(2, /a new disk is \.vhdx, \.vhd or \.qcow2/, 'disk', 'create', join(folder, 'x.img'), '--size', '1G');
    await fails(3, /nothing\.vhdx.* does not exist/, 'disk', 'inspect', join(folder, 'nothing.vhdx'));
    assert.equal(existsSync(join(folder, 'x.vhdx')), false);
  });

  for (const generation of ['1', '2'])
    test(`drives of generation ${generation} are attached to the next free place, listed, and detached`, async () => {
      const vm = `drives${generation}`;
      await out('vm', 'create', vm, '--generation', generation);
      const files: string[] = [];
      for (const name of ['one.vhdx', 'two.vhdx', 'cd.iso', 'four.vhdx', 'five.vhdx']) {
        const file = join(folder, `${generation}-${name}`);
        files.push(file);
        if (name === 'cd.iso') await writeFile(file, Buffer.alloc(65_536));
        else await out('disk', 'create', file, '--size', '4M');
        assert.match(await out('disk', 'attach', vm, file), / is at (?:IDE|SCSI) \d+:\d+ of /);
      }
      const rows = JSON.parse(await out('disk', 'list', vm, '-o', 'json')) as {
        place: string;
        kind: string;
        file: string;
      }[];
      const places =
        generation === '1'
          ? ['IDE 0:0', 'IDE 0:1', 'IDE 1:0', 'IDE 1:1', 'SCSI 0:0']
          : [0, 1, 2, 3, 4].map((n) => `SCSI 0:${n}`);
      assert.deepEqual(
        rows.map(({ place, kind, file }) => ({ place, kind, file })).toSorted((a, b) => a.place.localeCompare(b.place)),
        files.map((file, index) => ({ place: places[index], kind: index === 2 ? 'cd' : 'disk', file })),
      );
      assert.match(await out('disk', 'detach', vm, places[1] ?? ''), /two\.vhdx is detached .* the file is kept/);
      assert.match(await out('disk', 'detach', vm, files[2] ?? ''), /is detached/);
      assert.ok(existsSync(files[1] ?? ''));
      assert.match(await out('disk', 'attach', vm, files[1] ?? ''), new RegExp(`is at ${places[1]} `));
      // That of the CD is free.
      for (const place of [places[2] ?? '', places[0] ?? ''])
        assert.match(await out('disk', 'move', vm, files[0] ?? '', place), new RegExp(`one\\.vhdx is at ${place} of `));
      await fails(3, /no drive or image of this machine "SCSI 9:9"/, 'disk', 'detach', vm, 'SCSI 9:9');
      await fails(2, /missing\.vhdx/, 'disk', 'attach', vm, join(folder, 'missing.vhdx'));
      assert.equal(
        (JSON.parse(await out('disk', 'list', vm, '-o', 'json')) as unknown[]).length,
        4,
        'no empty drive is left',
      );
    });

  test('images travel to the host and back byte by byte; an existing file is not overwritten', async () => {
    const bytes = randomBytes(300_000);
    const file = join(service.dataDirectory, 'mine.img');
    await writeFile(file, bytes);
    const there = await out('disk', 'upload', file);
    assert.match(there, /mine\.img$/);
    await fails(5, /is there already/, 'disk', 'upload', file);
    const back = join(service.dataDirectory, 'back.img');
    assert.equal(await out('disk', 'download', there, back), back);
    assert.ok((await readFile(back)).equals(bytes));
    await fails(1, /back\.img is there already; choose another name\./, 'disk', 'download', there, back);
    await fails(
      3,
      /no-such\.img/,
      'disk',
      'download',
      join(folder, 'no-such.img'),
      join(service.dataDirectory, 'n.img'),
    );
    assert.equal(existsSync(join(service.dataDirectory, 'n.img')), false);
    const denied = await vsms(
      { ...local(service), VSMS_PASSWORD: 'wrong' },
      'disk',
      'download',
      there,
      '/nonexistent/x',
    );
    assert.equal(denied.code, 4, denied.stderr);
  });

  test('a machine from a cloud image: a copy of its own, larger, and a seed that isoinfo and blkid can read', async () => {
    const image = join(folder, 'cloud.qcow2');
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', image, '32M']);
    const userData = join(service.dataDirectory, 'user-data');
    await writeFile(userData, '#cloud-config\nhostname: web\n');
    const network = join(service.dataDirectory, 'network.yaml');
    await writeFile(network, 'version: 2\n');
    const before = await readFile(image);
    await out(
      ...[
        'vm',
        'create',
        'Wéb 1',
        '--image',
        image,
        '--size',
        '40M',
        '--cloud-init',
        userData,
        '--network-config',
        network,
      ],
    );
    const rows = JSON.parse(await out('disk', 'list', 'Wéb 1', '-o', 'json')) as { kind: string; file: string }[];
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['disk', 'cd'],
    );
    const [disk, seed] = rows.map(({ file }) => file);
    assert.ok((await readFile(image)).equals(before), 'the image is not written to');
    const { stdout } = await run('qemu-img', ['info', '--output=json', disk ?? '']);
    assert.equal((JSON.parse(stdout) as { 'virtual-size': number })['virtual-size'], 40 << 20);
    const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
    const blkid = await run('blkid', ['-p', '-o', 'export', seed ?? ''], { env: { PATH: path } });
    assert.match(blkid.stdout, /^LABEL=cidata$/m);
    assert.match(blkid.stdout, /^TYPE=iso9660$/m);
    const text = async (name: string): Promise<string> =>
      (await run('isoinfo', ['-J', '-x', `/${name}`, '-i', seed ?? ''])).stdout;
    assert.equal(await text('user-data'), '#cloud-config\nhostname: web\n');
    assert.match(await text('meta-data'), /^instance-id: [0-9a-f-]{36}\nlocal-hostname: we-b-1\n$/);
    assert.equal(await text('network-config'), 'version: 2\n');

    for (const [content, pattern] of [
      ['hostname: web\n', /its first line is to be #cloud-config/],
      ['#cloud-config\nusers: [a\nb: c\n', /line \d+: /],
    ] as const) {
      await writeFile(userData, content);
      await fails(2, pattern, 'vm', 'create', 'bad', '--cloud-init', userData);
    }
    await fails(3, /no file .*none/, 'vm', 'create', 'bad', '--cloud-init', join(folder, 'none'));
    await fails(3, /no-image.* does not exist/, 'vm', 'create', 'bad', '--image', join(folder, 'no-image.qcow2'));
    assert.doesNotMatch(await out('vm', 'list', '-o', 'name'), /bad/);
    const alone = join(service.dataDirectory, 'seed.iso');
    await writeFile(userData, '#!/bin/sh\n');
    assert.equal(await out('disk', 'seed', alone, '--cloud-init', userData), alone);
    await fails(2, /exists already/, 'disk', 'seed', alone, '--cloud-init', userData);
  });

  test('a clone has its name, identifiers and disks of its own; its origin is as it was', async () => {
    const file = join(folder, 'origin.vhdx');
    await out('disk', 'create', file, '--size', '8M');
    await out('vm', 'create', 'origin', '--disk', file, '--memory', '768', '--switch', 'Default Switch');
    await out('checkpoint', 'create', 'origin', 'before');
    const made = await out('vm', 'clone', 'origin', 'copy');
    assert.match(made, new RegExp(`^copy ${GUID}$`));
    assert.match(await out('vm', 'show', 'copy'), new RegExp(`Off .*${made.split(' ')[1]}`));
    const files = JSON.parse(await out('disk', 'list', '-o', 'json')) as { machine: string; file: string }[];
    const [copied] = files.filter(({ machine }) => machine === 'copy');
    assert.match(copied?.file ?? '', /copy\/Virtual Hard Disks\/.*\.vhdx$/);
    assert.equal(await out('checkpoint', 'list', 'copy', '-o', 'name'), '');
    assert.match(await out('nic', 'list', 'copy'), /Default Switch/);
    assert.match(await out('vm', 'list', '-o', 'csv'), /^copy,.*,768,|^copy,/m);
    await out('vm', 'start', 'copy');
    await out('vm', 'start', 'origin');
    await fails(3, /no virtual machine "nobody"/, 'vm', 'clone', 'nobody', 'x');
    for (const vm of ['copy', 'origin']) await out('vm', 'stop', vm);
  });
});

describe('words of sizes, names and paths', () => {
  test('sizes', () => {
    assert.deepEqual(
      ['20G', '1.5 GiB', '512m', '64 KB', '7'].map((text) => byteSize(text, 'x')),
      [20 * 2 ** 30, 1.5 * 2 ** 30, 512 * 2 ** 20, 64 * 1024, 7],
    );
    for (const text of ['', 'G', '-1', '1e9', '0', '1X', '9999999999T'])
      assert.throws(() => byteSize(text, 'x'), /is a size/);
    assert.equal(sizeText(96 * 2 ** 20), '96 MiB');
  });
  test('names of hosts and files', () => {
    assert.deepEqual(['Web 1', '--', 'a_b', 'x'.repeat(80)].map(hostName), ['web-1', 'vm', 'a-b', 'x'.repeat(63)]);
    assert.deepEqual(['a/b\\..', '..', 'Wéb 1'].map(fileName), ['a_b_', 'machine', 'Wéb 1']);
    assert.equal(inFolder('C:\\vm\\', 'a'), 'C:\\vm\\a');
    assert.equal(inFolder('/srv/vm', 'a'), '/srv/vm/a');
  });
});
