import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

const CLUSTER = 65_536;
const ID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;

describe('vsms reference-point', () => {
  let service: Service;
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    mkdirSync(join(service.dataDirectory, 'disks'), { recursive: true });
    const disk = join(service.dataDirectory, 'disks/web.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '64M']);
    await ok('vm', 'create', 'web', '--disk', disk);
  });
  after(() => service[Symbol.asyncDispose]());

  const ok = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await vsms(local(service), ...args);
    assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  const fails = async (wanted: number, pattern: RegExp, ...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await vsms(local(service), ...args);
    assert.equal(code, wanted, stderr);
    assert.match(stderr, pattern);
  };
  const diskNow = async (): Promise<string> => ok('disk', 'list', 'web', '-o', 'name');
  const write = async (cluster: number): Promise<void> => {
    const command = `write -q -P 5 ${cluster * CLUSTER} ${CLUSTER}`;
    execFileSync('qemu-io', ['-f', 'qcow2', '-c', command, await diskNow()]);
  };

  test('nightly backups: a point, what was written since, the next point', async () => {
    const first = await ok('reference-point', 'create', 'web');
    assert.match(first, ID);
    await write(3);
    assert.match(await ok('checkpoint', 'create', 'web', 'night', '--recovery'), /^night /);
    const [point] = JSON.parse(await ok('reference-point', 'list', 'web', '-o', 'json')) as {
      id: string;
      disks: { since: string }[];
    }[];
    assert.equal(point?.id, first);
    const since = point?.disks[0]?.since ?? '';
    assert.match(await ok('reference-point', 'list', 'web'), /^taken +consistency +disks +id *\n2\d{3}-.* crash +1 /i);
    assert.match(await ok('reference-point', 'convert', 'web', 'night'), ID);
    const told = await ok('disk', 'changes', await diskNow(), '--since', since, '-o', 'csv');
    assert.equal(told, `offset,length,size\n${3 * CLUSTER},${CLUSTER},64 KiB`);
    await fails(3, /no reference point "nope"/, 'reference-point', 'delete', 'web', 'nope');
    assert.match(await ok('reference-point', 'delete', 'web', first.toLowerCase()), /is gone/);
    assert.notEqual(await ok('reference-point', 'list', 'web', '-o', 'name'), first);
    await fails(2, /names no disk of a reference point/, 'disk', 'changes', await diskNow(), '--since', since);
  });

  test('what is wrong is said', async () => {
    await fails(3, /no virtual machine "nope"/, 'reference-point', 'create', 'nope');
    await fails(2, /leave --disks-only out/, 'checkpoint', 'create', 'web', '--recovery', '--disks-only');
    await ok('checkpoint', 'create', 'web', 'plain');
    await fails(2, /recovery/i, 'reference-point', 'convert', 'web', 'plain');
    await fails(2, /--since/, 'disk', 'changes', await diskNow());
  });
});
