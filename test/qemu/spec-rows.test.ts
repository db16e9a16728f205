import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ToolMonitor } from '../../bench/kit/tool-monitor.ts';
import { MAXIMUM_PROCESSORS } from '../../src/core/devices/processor-memory.ts';
import { DomainError } from '../../src/core/errors.ts';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import { freshPlacement, machineSockets } from '../../src/qemu/placement.ts';
import { machineDirectories } from '../../src/qemu/supervise/socket-directory.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { settingText } from '../kit/hyperv-client.ts';
import { openWorld } from '../kit/hyperv-world.ts';
import { fresh, ideDisk, machineSpec, notCancelled, SerialLine, TestHost } from './kit.ts';

/** Rows of spec qemu that no other test is about; each title names its section. */

const MIB = 1 << 20;

const toolsOf = (host: TestHost, spec: MachineSpec): Promise<ToolMonitor> => {
  const { sockets } = machineDirectories(spec.runDirectory, host.path('r'));
  return ToolMonitor.open(machineSockets(spec, sockets).monitors[1]);
};

describe('spec qemu, row by row', () => {
  test('spec qemu §2: a guest has as many processors as a machine may have, and no more are asked of QEMU than it takes', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const disk = await copyImage(await nanoImage(), host.path('disk.raw'));
    const spec = machineSpec(host, { disks: [ideDisk(disk)], processors: MAXIMUM_PROCESSORS });
    host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    using tools = await toolsOf(host, spec);
    assert.equal(((await tools.execute('query-cpus-fast')) as readonly unknown[]).length, MAXIMUM_PROCESSORS);
    for (const [generation, most] of [
      [1, 255],
      [2, 288],
    ] as const) {
      freshPlacement({ ...spec, generation, processors: most });
      assert.throws(
        () => freshPlacement({ ...spec, generation, processors: most + 1 }),
        (error) => error instanceof DomainError && error.message.includes(`at most ${most} processors`),
      );
    }
  });

  test('spec qemu §2: no processor is taken from a guest that runs, nor given to it', async () => {
    await using world = await openWorld();
    const { client } = world;
    const system = await client.define({ ElementName: 'processors' });
    const setting = await client.resource(system, 'Msvm_ProcessorSettingData');
    const processors = (count: bigint) =>
      client.call('ModifyResourceSettings', {
        ResourceSettings: [world.print(setting.with({ VirtualQuantity: count }))],
      });
    await client.succeed(await processors(4n));
    for (const state of [2, 9]) {
      await client.succeed(await client.state(system, state));
      for (const count of [3n, 5n]) {
        const refused = await processors(count);
        assert.equal(refused.returnValue, 32775, `${state}: ${count}`);
      }
      const name = String(system.key('Name'));
      assert.equal((await client.query(`SELECT * FROM Msvm_Processor WHERE SystemName = '${name}'`)).length, 4);
    }
    await client.succeed(await client.state(system, 3));
    await client.succeed(await processors(3n));
  });

  test('spec qemu §2: swtpm finds its state, whatever the folder is called and wherever the service was started', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const disk = await copyImage(await nanoImage(), host.path('disk.raw'));
    const stateDirectory = host.path("a tpm, with 'quotes', mode=0777");
    await mkdir(stateDirectory);
    const spec = machineSpec(host, { disks: [ideDisk(disk)], tpm: { stateDirectory } });
    const before = process.cwd();
    process.chdir('/');
    try {
      const machine = host.keep(await hypervisor.start(spec, fresh));
      using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
      await line.ask('i', /INFO/);
      using tools = await toolsOf(host, spec);
      assert.deepEqual(
        ((await tools.execute('query-tpm')) as readonly { model: string }[]).map(({ model }) => model),
        ['tpm-crb'],
      );
      await machine.turnOff();
    } finally {
      process.chdir(before);
    }
    const [state] = (await readdir(stateDirectory)).filter((name) => name.endsWith('.permall'));
    assert.ok(state !== undefined, 'the state of the TPM');
    const { size, mode } = await stat(join(stateDirectory, state));
    assert.deepEqual([size > 0, mode & 0o077], [true, 0]);
  });

  test('spec qemu §3: a VHD has exactly the size that was asked for, not that of cylinders, heads and sectors', async () => {
    await using world = await openWorld();
    const { client } = world;
    const folder = await world.folder('vhd');
    const service = await client.service('Msvm_ImageManagementService');
    for (const Type of [2, 3])
      for (const size of [100 * MIB, 127 * MIB + 512]) {
        const Path = join(folder, `${Type}-${size}.vhd`);
        const VirtualDiskSettingData = settingText('Msvm_VirtualHardDiskSettingData', {
          Type,
          Format: 2,
          Path,
          MaxInternalSize: size,
        });
        await client.succeed(await client.invoke(service, 'CreateVirtualHardDisk', { VirtualDiskSettingData }));
        const told = execFileSync('qemu-img', ['info', '-f', 'vpc', '--output=json', Path], { encoding: 'utf8' });
        assert.equal((JSON.parse(told) as { 'virtual-size': number })['virtual-size'], size, Path);
      }
  });

  test('spec qemu §4, K29: a guest that writes faster than its memory is taken stands still for the rest', async () => {
    await using host = await TestHost.make();
    // QEMU's own user may not watch the guest's writes.
    const hypervisor = await host.hypervisor();
    const disk = await copyImage(await nanoImage(), host.path('disk.raw'));
    const spec = machineSpec(host, { disks: [ideDisk(disk)], memory: { mb: 128, dynamic: null } });
    const machine = host.keep(await hypervisor.start(spec, fresh));
    using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    line.write('a');
    using tools = await toolsOf(host, spec);
    // So that QEMU by itself would go on for ever: each hundredth of a second half of the memory is different.
    await tools.execute('migrate-set-parameters', { 'downtime-limit': 0 });
    const overlay = host.path('overlay.qcow2');
    const below = { file: disk, format: 'raw', readOnly: false } as const;
    await createImageTool().createOverlay(overlay, below);
    const memory = host.path('memory');
    await machine.checkpoint(
      {
        overlays: [
          {
            disk: 'ide0',
            image: { file: overlay, format: 'qcow2', readOnly: false, backing: [{ file: disk, format: 'raw' }] },
          },
        ],
        memory,
        freeze: false,
        atMoment: async () => undefined,
      },
      () => undefined,
      notCancelled,
    );
    const { size } = await stat(memory);
    assert.ok(
      size > 2 * 64 * MIB && size < 16 * 64 * MIB,
      `${size}: taken again and again before that, and not for ever`,
    );
    assert.ok(tools.pause > 0, 'the guest stood still, and goes on');
    await line.ask('i', /INFO/);
  });
});
