import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { settingText } from '../kit/hyperv-client.ts';
import { type HyperVWorld, openWorld } from '../kit/hyperv-world.ts';
import { leaveInLog } from '../vhd/log.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SERVICE = 'Msvm_ImageManagementService';

describe('a VHDX whose last writer was killed with a change of the block table in its log alone', () => {
  let world: HyperVWorld;
  let folder = '';
  before(async () => {
    world = await openWorld();
    folder = await world.folder('replayed');
  });
  after(() => world[Symbol.asyncDispose]());

  const leftBehind = async (name: string): Promise<string> => {
    const file = join(folder, name);
    await run('qemu-img', ['create', '-q', '-f', 'vhdx', '-o', 'block_size=1M', file, '64M']);
    await leaveInLog(file, () => run('qemu-io', ['-f', 'vhdx', '-c', 'write -q -P 5 40M 64k', file]));
    return file;
  };
  const done = async (method: string, args: Record<string, string | number | bigint | boolean>): Promise<void> => {
    const job = await world.client.succeed(
      await world.client.invoke(await world.client.service(SERVICE), method, args),
    );
    assert.equal(job?.get('PercentComplete'), 100);
  };
  const holds = (file: string): void =>
    void execFileSync('qemu-io', ['-r', '-f', 'vhdx', '-c', 'read -q -P 5 40M 64k', file]);

  test('is described, validated and converted as its log says, and stays as it is', async () => {
    const Path = await leftBehind('read.vhdx');
    const as = await readFile(Path);
    await done('ValidateVirtualHardDisk', { Path });
    for (const method of ['GetVirtualHardDiskSettingData', 'GetVirtualHardDiskState'])
      assert.equal((await world.client.invoke(await world.client.service(SERVICE), method, { Path })).returnValue, 0);
    const target = join(folder, 'converted.vhdx');
    await done('ConvertVirtualHardDisk', {
      SourcePath: Path,
      VirtualDiskSettingData: settingText('Msvm_VirtualHardDiskSettingData', { Path: target, Type: 3, Format: 3 }),
    });
    holds(target);
    assert.ok(as.equals(await readFile(Path)));
  });

  test('is made compact, and larger', async () => {
    for (const [method, args] of [
      ['CompactVirtualHardDisk', { Mode: 0 }],
      ['ResizeVirtualHardDisk', { MaxInternalSize: BigInt(96 * MIB) }],
    ] as const) {
      const Path = await leftBehind(`${method}.vhdx`);
      await done(method, { Path, ...args });
      holds(Path);
    }
  });
});
