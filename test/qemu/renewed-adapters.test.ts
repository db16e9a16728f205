import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolMonitor } from '../../bench/kit/tool-monitor.ts';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import type { Machine } from '../../src/core/ports.ts';
import { adapterDevice } from '../../src/qemu/command-line/ids.ts';
import type { QemuHypervisor } from '../../src/qemu/hypervisor.ts';
import { machineSockets } from '../../src/qemu/placement.ts';
import { machineDirectories } from '../../src/qemu/supervise/socket-directory.ts';
import { copyImage, nanoImage } from '../guests/guest-images.ts';
import { fresh, ideDisk, machineSpec, notCancelled, SerialLine, TestHost } from './kit.ts';

/*
 * K30: a guest that was saved with one address and goes on with another (a fork) has its adapter unplugged and plugged anew.
 * That takes its hand, and it may be saved or kept as a checkpoint before it has done so, or its service may end.
 */

const OLD = '00155D010203';
const NEW = '00155D010204';

const colons = (mac: string): string => (mac.toLowerCase().match(/../g) ?? []).join(':');

class Scene implements AsyncDisposable {
  readonly host: TestHost;
  readonly hypervisor: QemuHypervisor;
  readonly spec: MachineSpec;

  private constructor(host: TestHost, hypervisor: QemuHypervisor, disk: string) {
    this.host = host;
    this.hypervisor = hypervisor;
    this.spec = machineSpec(host, {
      disks: [ideDisk(disk)],
      adapters: [{ id: 'a', mac: OLD, emulated: false, network: { kind: 'user' } }],
    });
  }

  static async open(): Promise<Scene> {
    const host = await TestHost.make();
    return new Scene(host, await host.hypervisor(), await copyImage(await nanoImage(), host.path('disk.raw')));
  }

  /** The machine with another address. */
  get renewed(): MachineSpec {
    return { ...this.spec, adapters: this.spec.adapters.map((adapter) => ({ ...adapter, mac: NEW })) };
  }

  async start(spec: MachineSpec, savedState: string | null, paused = false): Promise<Machine> {
    return this.host.keep(await this.hypervisor.start(spec, { savedState, signal: notCancelled, paused }));
  }

  /** A state of the guest with its first address. */
  async saved(): Promise<string> {
    const machine = this.host.keep(await this.hypervisor.start(this.spec, fresh));
    using line = await SerialLine.connect(this.spec.serialPorts[0]?.socket ?? '');
    await line.ask('i', /INFO/);
    return this.save(machine, 'saved');
  }

  async save(machine: Machine, name: string): Promise<string> {
    const file = this.host.path(name);
    await machine.save(file, () => undefined, notCancelled);
    return file;
  }

  /** The address that the guest's adapter answers to; null: there is none now. */
  async address(): Promise<string | null> {
    const { sockets } = machineDirectories(this.spec.runDirectory, this.host.path('r'));
    using monitor = await ToolMonitor.open(machineSockets(this.spec, sockets).monitors[1]);
    const name = adapterDevice('a');
    const rows = (await monitor.execute('query-rx-filter')) as readonly { name: string; 'main-mac': string }[];
    return rows.find((row) => row.name === name)?.['main-mac'] ?? null;
  }

  async until(address: string): Promise<void> {
    for (const end = Date.now() + 240_000; (await this.address()) !== colons(address); await sleep(50))
      assert.ok(Date.now() < end, `the guest's adapter has ${await this.address()}, not ${colons(address)}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.host[Symbol.asyncDispose]();
  }
}

describe('an adapter with another address than its guest was saved with', () => {
  test('is plugged anew', async () => {
    await using scene = await Scene.open();
    await scene.start(scene.renewed, await scene.saved());
    await scene.until(NEW);
  });

  test('is plugged anew though the guest is saved, and restored, before it has let go of the old one', async () => {
    await using scene = await Scene.open();
    const asleep = await scene.start(scene.renewed, await scene.saved(), true);
    assert.equal(await scene.address(), colons(OLD), 'a guest that stands still lets go of nothing');
    const again = await scene.save(asleep, 'again');
    await scene.start(scene.renewed, again);
    await scene.until(NEW);
  });

  test('is plugged anew though the service ends before the guest has let go of the old one', async () => {
    await using scene = await Scene.open();
    const asleep = await scene.start(scene.renewed, await scene.saved(), true);
    await scene.hypervisor.close();
    const next = await scene.host.hypervisor();
    const adopted = await next.adopt(scene.renewed, asleep.process);
    assert.ok(adopted !== null);
    await adopted.machine.resume();
    await scene.until(NEW);
  });
});
