import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DiskImage, MachineSpec } from '../../src/core/machine-spec.ts';
import type { MachineProcess } from '../../src/core/model.ts';
import type { Machine } from '../../src/core/ports.ts';
import { createImageTool } from '../../src/qemu/images/image-tool.ts';
import type { QemuHypervisor } from '../../src/qemu/hypervisor.ts';
import { chainServerOf, endChainServer } from '../../src/qemu/supervise/chain-server.ts';
import { isAlive } from '../../src/qemu/supervise/process-identity.ts';
import { stopStorageDaemon, storageDaemonOf } from '../../src/qemu/supervise/storage-daemon.ts';
import { inspectDisk } from '../../src/vhd/inspect.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { create, type DiskKind, KINDS } from '../vhd/disks.ts';
import { layeredDisk } from '../vhd/layered.ts';
import { fresh, ideDisk, machineSpec, notCancelled, SerialLine, TestHost } from './kit.ts';

const images = createImageTool();
const guest = await nanoImage();
const quiet = (): void => undefined;
const nothing = async (): Promise<void> => undefined;

const convert = async (host: TestHost, format: 'vhd' | 'vhdx'): Promise<DiskImage> => {
  const driver = format === 'vhd' ? 'vpc' : 'vhdx';
  const file = host.path(`base.${driver}`);
  const options = format === 'vhd' ? 'subformat=dynamic,force_size=on' : 'subformat=dynamic';
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', driver, '-o', options, guest, file]);
  return { file, format, readOnly: false };
};

/** Over a chain of two, and written where it lies. */
const differencing = async (host: TestHost): Promise<DiskImage> => {
  const vhdx = KINDS[1] as DiskKind;
  const parents = await layeredDisk(guest, host.directory, vhdx, 2);
  const { virtualSize } = await inspectDisk(parents[0] ?? '');
  const file = host.path('base.vhdx');
  await (await create(vhdx, file, virtualSize, 'dynamic', parents[0])).close();
  return { file, format: 'vhdx', readOnly: false, parents };
};

const overlay = async (host: TestHost, name: string, base: DiskImage, own: boolean): Promise<DiskImage> => {
  const { file, format, parents } = base;
  await images.createOverlay(host.path(name), base);
  const below = {
    file,
    format,
    ...(parents === undefined ? {} : { parents }),
    ...(own ? { own: true as const } : {}),
  };
  return { file: host.path(name), format: 'qcow2', readOnly: false, backing: [below] };
};

const specOver = (host: TestHost, image: DiskImage): MachineSpec =>
  machineSpec(host, { disks: [ideDisk(image.file, { image })] });

const started = async (host: TestHost, hypervisor: QemuHypervisor, spec: MachineSpec) => {
  const machine = host.keep(await hypervisor.start(spec, fresh));
  const line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
  await line.ask('i', /INFO/);
  return { machine, line };
};

const write = async (line: SerialLine): Promise<number> => {
  line.write('w');
  return Number((await line.expect(/WROTE (\d+)\s/))[1]);
};

const onDisk = async (line: SerialLine): Promise<number> => Number((await line.ask('r', /SEQ (\d+)\s/))[1]);

/** What is served below overlays, and by what. */
interface Kind {
  readonly name: string;
  readonly make: (host: TestHost) => Promise<DiskImage>;
  readonly serverOf: (diskId: string, directory: string) => Promise<MachineProcess | null>;
  readonly end: (diskId: string, directory: string) => Promise<void>;
}

const daemon = { serverOf: storageDaemonOf, end: stopStorageDaemon };
const VHDX: Kind = { name: 'vhdx', make: (host) => convert(host, 'vhdx'), ...daemon };
const VHD: Kind = { name: 'vhd', make: (host) => convert(host, 'vhd'), ...daemon };
const DIFFERENCING: Kind = {
  name: 'differencing vhdx',
  make: differencing,
  serverOf: chainServerOf,
  end: endChainServer,
};

const serverOf = (kind: Kind, { runDirectory }: MachineSpec) => kind.serverOf('ide0', join(runDirectory, 's'));

/** The guest has written 2, and the checkpoint `top` lies over the disk that it was started on. */
const checkpointed = async (host: TestHost, hypervisor: QemuHypervisor, base: DiskImage) => {
  const spec = specOver(host, base);
  const { machine, line } = await started(host, hypervisor, spec);
  await write(line);
  await write(line);
  const top = await overlay(host, 'top.qcow2', base, true);
  await machine.checkpoint(
    { overlays: [{ disk: 'ide0', image: top }], memory: null, freeze: false, atMoment: nothing },
    quiet,
    notCancelled,
  );
  return { machine, line, spec: { ...spec, disks: [ideDisk(top.file, { image: top })] }, top };
};

const merge = (machine: Machine, top: DiskImage, base: DiskImage): Promise<void> =>
  machine.merge(
    { disk: 'ide0', top: top.file, base, begun: nothing, switchOver: (change) => change() },
    quiet,
    notCancelled,
  );

const inUse = { code: 'fileInUse' } as const;

describe('a disk that is served, below the overlays of several machines', () => {
  for (const kind of [VHDX, VHD, DIFFERENCING])
    test(`${kind.name}: others read it once its machine shares it, nothing is merged into it meanwhile, and then it is`, async () => {
      await using host = await TestHost.make();
      const former = await host.hypervisor();
      const base = await kind.make(host);
      const { machine, line, spec, top } = await checkpointed(host, former, base);
      const other = specOver(host, await overlay(host, 'other.qcow2', base, false));
      await assert.rejects(former.start(other, fresh), inUse, 'open to be merged into');
      await machine.shareBelow();
      // From the base: its overlay holds nothing yet.
      assert.equal(await onDisk(line), 2);
      const second = await started(host, former, other);
      assert.equal(await onDisk(second.line), 2);
      assert.equal(await write(second.line), 1);
      await assert.rejects(merge(machine, top, base), inUse);
      assert.equal(await write(line), 3);
      assert.deepEqual([...(await machine.tops())], [['ide0', top.file]]);
      // A daemon that died, and a service that comes after this one, do not write to it either.
      const server = (await serverOf(kind, spec)) ?? assert.fail('a server');
      await former.close();
      process.kill(server.pid, 'SIGKILL');
      while (await isAlive(server)) await sleep(5);
      const next = await host.hypervisor();
      const { machine: adopted } = (await next.adopt(spec, machine.process)) ?? assert.fail('adopted');
      const { machine: adoptedOther } = (await next.adopt(other, second.machine.process)) ?? assert.fail('adopted');
      [adopted, adoptedOther].map((each) => host.keep(each));
      while ((await serverOf(kind, spec)) === null) await sleep(50);
      await assert.rejects(merge(adopted, top, base), inUse);
      assert.equal(await onDisk(line), 3);
      assert.equal(await onDisk(second.line), 1);
      second.line[Symbol.dispose]();
      await adoptedOther.turnOff();
      await merge(adopted, top, base);
      assert.deepEqual([...(await adopted.tops())], [['ide0', base.file]]);
      assert.equal(await write(line), 4);
      await adopted.shareBelow();
      assert.equal(await write(line), 5, 'what the guest writes to is not shared');
      line[Symbol.dispose]();
      await adopted.turnOff();
      if (kind === VHDX) execFileSync('qemu-img', ['check', '-q', '-f', 'vhdx', base.file]);
      const again = await started(host, next, specOver(host, base));
      assert.equal(await onDisk(again.line), 5);
      again.line[Symbol.dispose]();
      await again.machine.turnOff();
    });

  for (const kind of [VHDX, DIFFERENCING])
    test(`${kind.name}: a service that dies between two servers: the next one starts the one that the record names, and the guest has waited`, async () => {
      await using host = await TestHost.make();
      const former = await host.hypervisor();
      const base = await kind.make(host);
      const { machine, line, spec, top } = await checkpointed(host, former, base);
      await machine.shareBelow();
      await former.close();
      await kind.end('ide0', join(spec.runDirectory, 's'));
      line.write('r');
      const next = await host.hypervisor();
      const { machine: adopted } = (await next.adopt(spec, machine.process)) ?? assert.fail('adopted');
      host.keep(adopted);
      await line.expect(/SEQ 2\s/);
      {
        await using _reader = await images.hold([base.file], 'read');
        await assert.rejects(merge(adopted, top, base), inUse);
      }
      // It is served as before, whatever came of the merge.
      assert.equal(await onDisk(line), 2);
      await merge(adopted, top, base);
      assert.equal(await write(line), 3);
      line[Symbol.dispose]();
      await adopted.turnOff();
    });

  for (const kind of [VHDX, DIFFERENCING])
    test(`${kind.name}: a machine that ends while its server changes over leaves none behind`, async () => {
      await using host = await TestHost.make();
      const hypervisor = await host.hypervisor();
      const base = await kind.make(host);
      const { machine, line, spec } = await checkpointed(host, hypervisor, base);
      line[Symbol.dispose]();
      const sharing = machine.shareBelow().catch(quiet);
      process.kill(machine.process.pid, 'SIGKILL');
      await Promise.all([machine.turnOff(), sharing]);
      // Several looks of whoever would start it.
      await sleep(1500);
      assert.equal(await serverOf(kind, spec), null);
      await using _alone = await images.hold([base.file], 'alone');
    });
});
