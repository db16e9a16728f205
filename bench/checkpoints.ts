import { execFile } from 'node:child_process';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isReference, numberOf, textOf } from '../src/client/object.ts';
import { settingsText } from '../src/client/settings-text.ts';
import { guestInfo, WireHost } from '../test/kit/wire-host.ts';
import { WireSnapshots } from '../test/kit/wire-snapshots.ts';
import { header, report, spread } from './kit/figures.ts';

const run = promisify(execFile);
const ROUNDS = 12;
/** The most that issue 4 allows, beside bare QEMU. */
const TOTAL = 1.3;
const PAUSE = 1.2;
const DEPTH = 1.5;

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly timestamp?: { readonly seconds: number; readonly microseconds: number };
}

/** The monitor for tools of a running QEMU: commands one at a time, and when the guest stopped and went on. */
class Monitor implements Disposable {
  readonly #socket;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #stopped = 0;
  /** Milliseconds that the guest stood still last. */
  pause = 0;

  constructor(path: string) {
    this.#socket = connect({ path });
    createInterface({ input: this.#socket }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      const at = (answer.timestamp?.seconds ?? 0) * 1000 + (answer.timestamp?.microseconds ?? 0) / 1000;
      if (answer.event === 'STOP') this.#stopped = at;
      else if (answer.event === 'RESUME') this.pause = at - this.#stopped;
      else if (answer.return !== undefined || answer.error !== undefined) this.#waiting.shift()?.(answer);
    });
  }

  async execute(command: string, args: object = {}): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.push(resolve);
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const { error, return: value } = await promise;
    if (error !== undefined) throw new Error(`${command}: ${error.desc}`);
    return value;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

/** A running machine of the service with a guest on a raw disk, and the monitor that the service leaves to tools. */
async function machine(host: WireHost, name: string): Promise<{ id: string; monitor: Monitor; node: string }> {
  const id = await host.nano(name);
  await host.call('ModifySystemSettings', {
    SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
      InstanceID: `Microsoft:${id}`,
      UserSnapshotType: 5,
    }),
  });
  await host.change(id, 2);
  {
    using line = await host.serial(name);
    await guestInfo(line);
  }
  const system = await host.client.get(host.system(id));
  const words = (await readFile(`/proc/${numberOf(textOf(system.properties['ProcessID']))}/cmdline`, 'utf8')).split(
    '\0',
  );
  const path = words
    .map((word) => /^socket,id=monitor1,path=([^,]+),/.exec(word)?.[1])
    .find((one) => one !== undefined);
  const monitor = new Monitor(path ?? '');
  await monitor.execute('qmp_capabilities');
  const blocks = (await monitor.execute('query-block')) as { inserted?: { 'node-name': string } }[];
  return { id, monitor, node: blocks.find(({ inserted }) => inserted !== undefined)?.inserted?.['node-name'] ?? '' };
}

/** What the service does, by hand: overlay, live migration into a file, one transaction, cont, the file synced. */
async function raw(monitor: Monitor, directory: string, node: string, round: number): Promise<string> {
  const [overlay, memory, socket] = ['qcow2', 'memory', 'sock'].map((ending) => join(directory, `${round}.${ending}`));
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', overlay ?? '', '1M']);
  await chmod(overlay ?? '', 0o666);
  const name = `raw-${round}`;
  await monitor.execute('blockdev-add', {
    driver: 'qcow2',
    'node-name': name,
    file: { driver: 'file', filename: overlay },
    backing: null,
  });
  await using file = await open(memory ?? '', 'w');
  const connected = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (peer) => connected.resolve(peer));
  const received = (async () => {
    const peer = await connected.promise;
    for await (const chunk of peer as AsyncIterable<Buffer>) await file.write(chunk);
    peer.destroy();
  })();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  await chmod(socket ?? '', 0o777);
  await monitor.execute('migrate', { uri: `unix:${socket}` });
  while (((await monitor.execute('query-migrate')) as { status: string }).status !== 'completed') await sleep(2);
  await received;
  await monitor.execute('transaction', { actions: [{ type: 'blockdev-snapshot', data: { node, overlay: name } }] });
  await monitor.execute('cont');
  await file.sync();
  server.close();
  return name;
}

/** Checkpoints of a running guest through the wire, beside the same by QMP on the same QEMU's sister, in turn. */
export async function checkpoints(): Promise<void> {
  header('Checkpoints of a running machine (nano guest, 64 MB, TCG)');
  const directory = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  await chmod(directory, 0o777);
  try {
    await using host = await WireHost.open('qemu');
    const snapshots = new WireSnapshots(host);
    const ours = await machine(host, 'ours');
    const bare = await machine(host, 'bare');
    const times = { total: [] as number[], pause: [] as number[], rawTotal: [] as number[], rawPause: [] as number[] };
    let node = bare.node;
    for (let round = 0; round < ROUNDS; round++) {
      let began = performance.now();
      node = await raw(bare.monitor, directory, node, round);
      const rawTotal = performance.now() - began;
      await sleep(100);
      const rawPause = bare.monitor.pause;
      began = performance.now();
      const result = await snapshots.invoke('CreateSnapshot', {
        AffectedSystem: host.system(ours.id),
        SnapshotSettings: '',
        SnapshotType: 2,
      });
      const job = result.out['Job'];
      if (!isReference(job)) throw new Error(`CreateSnapshot answered ${result.returnValue}.`);
      while (numberOf((await host.client.get(job)).properties['JobState']) < 7) await sleep(2);
      const total = performance.now() - began;
      await sleep(100);
      times.rawTotal.push(rawTotal);
      times.rawPause.push(rawPause);
      times.total.push(total);
      times.pause.push(ours.monitor.pause);
    }
    const beside = (value: readonly number[]) => ({ what: 'by QMP', value: spread(value) });
    report({
      what: 'create with memory, request to end of job',
      unit: 'ms',
      ours: spread(times.total),
      beside: beside(times.rawTotal),
      goal: { atMost: TOTAL },
    });
    report({
      what: 'the guest stands still',
      unit: 'ms',
      ours: spread(times.pause),
      beside: beside(times.rawPause),
      goal: { atMost: PAUSE },
    });
    const third = Math.ceil(ROUNDS / 3);
    report({
      what: `create at depth ${ROUNDS - third + 1} and more`,
      unit: 'ms',
      ours: spread(times.total.slice(-third)),
      beside: { what: `at depth ${third} and less`, value: spread(times.total.slice(0, third)) },
      goal: { atMost: DEPTH },
    });
    ours.monitor[Symbol.dispose]();
    bare.monitor[Symbol.dispose]();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
