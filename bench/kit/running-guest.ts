import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReference, numberOf, type Reference, textOf } from '../../src/client/object.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { guestInfo, type WireHost } from '../../test/kit/wire-host.ts';
import { WireSnapshots } from '../../test/kit/wire-snapshots.ts';
import { speaks } from './bare-restore.ts';
import { ToolMonitor } from './tool-monitor.ts';

/** As a hasty client; one that asks all the time keeps the service from its work. */
const POLL_MS = 10;
const RUNNING = 2;
const OFF = 3;
const STANDARD_CHECKPOINTS = 5;

/** A nano guest of the service that runs on a raw disk, and the monitor that the service leaves to tools. */
export class RunningGuest implements Disposable {
  readonly #host: WireHost;
  readonly id: string;
  readonly name: string;
  readonly monitor: ToolMonitor;
  /** Block node on top of its disk, as it started. */
  readonly node: string;

  private constructor(host: WireHost, id: string, name: string, monitor: ToolMonitor, node: string) {
    this.#host = host;
    this.id = id;
    this.name = name;
    this.monitor = monitor;
    this.node = node;
  }

  static async start(host: WireHost, name: string, memoryMb: number): Promise<RunningGuest> {
    const id = await host.nano(name, 'raw', memoryMb);
    await host.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: `Microsoft:${id}`,
        UserSnapshotType: STANDARD_CHECKPOINTS,
      }),
    });
    await host.change(id, RUNNING);
    {
      using line = await host.serial(name);
      await guestInfo(line);
    }
    const monitor = await RunningGuest.monitor(host, id);
    return new RunningGuest(host, id, name, monitor, await monitor.topNode());
  }

  /** The monitor for tools of a machine that runs. */
  static async monitor(host: WireHost, id: string): Promise<ToolMonitor> {
    const words = await commandLineOf(host, id);
    const paths = words.map((word) => /^socket,id=monitor1,path=([^,]+),/.exec(word)?.[1]);
    return ToolMonitor.open(paths.find((one) => one !== undefined) ?? '');
  }

  get serial(): string {
    return join(this.#host.service.dataDirectory, 'pipes', this.name);
  }

  /** CreateSnapshot with memory; milliseconds from the request to the end of its job. */
  async checkpoint(): Promise<number> {
    const began = performance.now();
    const result = await new WireSnapshots(this.#host).invoke('CreateSnapshot', {
      AffectedSystem: this.#host.system(this.id),
      SnapshotSettings: '',
      SnapshotType: 2,
    });
    const job = result.out['Job'];
    if (!isReference(job)) throw new Error(`CreateSnapshot answered ${result.returnValue}.`);
    await ended(this.#host, job);
    return performance.now() - began;
  }

  /** The same by REST, whose client waits for one answer; milliseconds until it is there. */
  async checkpointByRest(): Promise<number> {
    const { endpoints, password } = this.#host.service;
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const began = performance.now();
    const answer = await fetch(`${endpoints.http}/api/v1/vms/${this.id}/checkpoints`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{}',
    });
    const text = await answer.text();
    if (answer.status !== 201) throw new Error(`REST answered ${answer.status}: ${text}`);
    return performance.now() - began;
  }

  /** ApplySnapshot of a machine that is off, and its start; milliseconds until the guest answers. */
  async apply(snapshot: string): Promise<number> {
    const snapshots = new WireSnapshots(this.#host);
    const began = performance.now();
    const { out, returnValue } = await snapshots.invoke('ApplySnapshot', { Snapshot: snapshots.settings(snapshot) });
    const job = out['Job'];
    if (!isReference(job)) throw new Error(`ApplySnapshot answered ${returnValue}.`);
    await ended(this.#host, job);
    await this.#host.request(this.id, RUNNING);
    await speaks(this.serial);
    return performance.now() - began;
  }

  async turnOff(): Promise<void> {
    await this.#host.until('the machine runs', async () => (await this.#host.state(this.id)) === RUNNING);
    await this.#host.change(this.id, OFF);
  }

  [Symbol.dispose](): void {
    this.monitor[Symbol.dispose]();
  }
}

/** Words of the QEMU of a running machine. */
export async function commandLineOf(host: WireHost, id: string): Promise<readonly string[]> {
  const system = await host.client.get(host.system(id));
  const pid = numberOf(textOf(system.properties['ProcessID']));
  return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
}

/** Until a job has ended well. */
export async function ended(host: WireHost, job: Reference): Promise<void> {
  for (;;) {
    const { properties } = await host.client.get(job);
    const state = numberOf(properties['JobState']);
    if (state > 7) throw new Error(textOf(properties['ErrorDescription']) ?? `a job ended with ${state}`);
    if (state === 7) return;
    await sleep(POLL_MS);
  }
}
