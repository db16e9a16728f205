import { execFile } from 'node:child_process';
import { access, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WireHost } from '../test/kit/wire-host.ts';
import { WireSnapshots } from '../test/kit/wire-snapshots.ts';
import { header, report, spread } from './kit/figures.ts';
import { RunningGuest } from './kit/running-guest.ts';

const run = promisify(execFile);
const ROUNDS = 4;
const MIB = 1024 * 1024;
/** What the overlay holds. */
const DATA_MB = 512;
const DISK_MB = 1024;
const GOAL = 0.9;
const POLL_MS = 5;
const RUNNING = 2;

/** A checkpoint of a running machine goes, until its disk is merged, beside QEMU's own block-commit of as much, in turn. */
export async function merges(): Promise<void> {
  header('A live merge (nano guest, 64 MB, TCG)');
  await using host = await WireHost.open('qemu');
  const ours = await Merged.prepare(host, 'ours');
  const bare = await Merged.prepare(host, 'bare');
  await bare.fill();
  const rates = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.bare.push(DATA_MB / ((await bare.commit()) / 1000));
    if (round > 0) await ours.again();
    await ours.fill();
    rates.ours.push(DATA_MB / ((await ours.destroy()) / 1000));
  }
  report({
    what: `an overlay with ${DATA_MB} MiB into its base`,
    unit: 'MiB/s',
    ours: spread(rates.ours),
    beside: { what: 'block-commit', value: spread(rates.bare) },
    goal: { atLeast: GOAL },
  });
}

/** A machine that is off, with a checkpoint below its disk. */
class Merged {
  readonly #host: WireHost;
  readonly #id: string;
  #snapshot = '';

  private constructor(host: WireHost, id: string) {
    this.#host = host;
    this.#id = id;
  }

  static async prepare(host: WireHost, name: string): Promise<Merged> {
    const merged = new Merged(host, await host.nano(name));
    await truncate((await host.file(`${name}.img`)).linux, DISK_MB * MIB);
    await merged.again();
    return merged;
  }

  async again(): Promise<void> {
    this.#snapshot = await new WireSnapshots(this.#host).take(this.#id);
  }

  /** Data into the overlay of the machine that is off. */
  async fill(): Promise<void> {
    const middle = (DISK_MB - DATA_MB) / 2;
    await run('qemu-io', [
      '-f',
      'qcow2',
      '-t',
      'unsafe',
      '-c',
      `write -q -P 90 ${middle}M ${DATA_MB}M`,
      await this.#overlay(),
    ]);
  }

  /** Milliseconds until the overlay is gone. The machine is off again. */
  async destroy(): Promise<number> {
    const overlay = await this.#overlay();
    await this.#host.change(this.#id, RUNNING);
    const snapshots = new WireSnapshots(this.#host);
    const began = performance.now();
    await snapshots.destroy(this.#snapshot);
    while (await isThere(overlay)) await sleep(POLL_MS);
    const ms = performance.now() - began;
    await snapshots.merged(this.#id);
    await this.#host.change(this.#id, 3);
    return ms;
  }

  /** The same by QMP, of which the service does not know: the overlay keeps what it holds. The machine is off again. */
  async commit(): Promise<number> {
    await this.#host.change(this.#id, RUNNING);
    using monitor = await RunningGuest.monitor(this.#host, this.#id);
    const began = performance.now();
    await monitor.execute('block-commit', {
      'job-id': 'commit',
      device: await monitor.topNode(),
      'auto-dismiss': false,
    });
    for (let completed = false; ; ) {
      const jobs = (await monitor.execute('query-jobs')) as readonly { readonly id: string; readonly status: string }[];
      const status = jobs.find(({ id }) => id === 'commit')?.status;
      if (status === 'concluded' || status === undefined) break;
      if (status === 'ready' && !completed) {
        await monitor.execute('job-complete', { id: 'commit' });
        completed = true;
      }
      await sleep(POLL_MS);
    }
    const ms = performance.now() - began;
    await this.#host.change(this.#id, 3);
    return ms;
  }

  async #overlay(): Promise<string> {
    const [windows = ''] = await new WireSnapshots(this.#host).files(`Microsoft:${this.#id}`);
    return join(this.#host.service.dataDirectory, 'drives/c/vm', basename(windows.replaceAll('\\', '/')));
  }
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
