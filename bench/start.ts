import { spawn } from 'node:child_process';
import { chown, copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { numberOf, textOf } from '../src/client/object.ts';
import { VirtualMachines } from '../src/client/virtual-machines.ts';
import { QmpError } from '../src/qmp/errors.ts';
import { QmpSession } from '../src/qmp/session.ts';
import { privilegePrefix, resolveRunUser, type RunUser } from '../src/qemu/supervise/user.ts';
import { nanoImage } from '../test/guests/guest-images.ts';
import { Service } from '../test/kit/service.ts';
import { header, report, single, spread } from './kit/figures.ts';
import { getEnvelope, Wire } from './kit/wire.ts';

/** How often both sides are asked whether the guest runs, ms. */
const POLL_MS = 2;
const LIMIT_MS = 30;

/**
 * From RequestStateChange to a system that a client sees running, beside the same QEMU command line run bare by the same
 * user: spawn, QMP, `cont`, running. In turn, with the nano guest on a disk of each one's own.
 */
export async function start(rounds = 15): Promise<void> {
  header('Start of a virtual machine');
  await using service = await Service.start({ hypervisor: 'qemu' });
  await using directory = await scratch();
  const image = await nanoImage();
  const [ourDisk, bareDisk] = [join(service.dataDirectory, 'ours.raw'), join(directory.path, 'bare.raw')];
  await copyFile(image, ourDisk);
  await copyFile(image, bareDisk);

  const machine = await StartedMachine.define(service, ourDisk);
  await machine.start();
  const bare = await BareQemu.like(await machine.commandLine(), ourDisk, bareDisk, directory.path);
  await machine.stop();

  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds + 2; round++) {
    const bareMs = await bare.run();
    const ourMs = await machine.start();
    await machine.stop();
    // The first rounds warm the page cache and the code.
    if (round < 2) continue;
    theirs.push(bareMs);
    ours.push(ourMs);
  }
  machine.close();
  const [a, b] = [spread(ours), spread(theirs)];
  report({
    what: 'start request to running',
    unit: 'ms',
    ours: a,
    beside: { what: 'bare QEMU', value: b },
    goal: null,
  });
  report({
    what: 'more than bare QEMU (difference of medians)',
    unit: 'ms',
    ours: single(a.median - b.median),
    beside: { what: 'limit', value: single(LIMIT_MS) },
    goal: { atMost: 1 },
  });
}

async function scratch(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** A virtual machine of the service, started and stopped through the wire. */
class StartedMachine {
  readonly #id: string;
  readonly #wire: Wire;
  readonly #machines: VirtualMachines;
  readonly #service: Service;

  private constructor(service: Service, id: string) {
    this.#service = service;
    this.#id = id;
    this.#wire = new Wire(service.endpoints.http, service.password, 1);
    this.#machines = new VirtualMachines(service.client());
  }

  static async define(service: Service, disk: string): Promise<StartedMachine> {
    const id = await new VirtualMachines(service.client()).create({
      name: 'bench',
      generation: 1,
      memoryMb: 64,
      processors: 1,
      disks: [disk],
      isos: [],
      switch: null,
      serial: null,
      secureBoot: false,
      notes: '',
    });
    return new StartedMachine(service, id);
  }

  /** Milliseconds from the request until a Get says EnabledState 2. */
  async start(): Promise<number> {
    const began = performance.now();
    const client = this.#service.client();
    const { returnValue } = await client.invoke(this.#machines.reference(this.#id), 'RequestStateChange', {
      RequestedState: 2,
    });
    if (returnValue !== 4096) throw new Error(`RequestStateChange answered ${returnValue}.`);
    for (;;) {
      const reply = await this.#wire.post(getEnvelope(this.#id));
      const state = Number(/<p:EnabledState>(\d+)</.exec(reply)?.[1]);
      if (state === 2) break;
      if (state !== 10) throw new Error(`The machine came into state ${state} instead of running.`);
      await sleep(POLL_MS);
    }
    const taken = performance.now() - began;
    client.close();
    return taken;
  }

  async stop(): Promise<void> {
    await this.#machines.request(this.#id, 3);
  }

  /** Words of the running QEMU. */
  async commandLine(): Promise<readonly string[]> {
    const system = await this.#service.client().get(this.#machines.reference(this.#id));
    const pid = numberOf(textOf(system.properties['ProcessID']));
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  }

  close(): void {
    this.#wire.close();
  }
}

/** The same QEMU without a service. */
class BareQemu {
  readonly #words: readonly string[];
  readonly #directory: string;
  readonly #user: RunUser | null;

  private constructor(words: readonly string[], directory: string, user: RunUser | null) {
    this.#words = words;
    this.#directory = directory;
    this.#user = user;
  }

  /** `pattern` with other places for the sockets and the disk. */
  static async like(pattern: readonly string[], disk: string, ownDisk: string, directory: string): Promise<BareQemu> {
    const monitor = pattern.map((word) => /^socket,id=monitor0,path=([^,]+)\/qmp\.sock,/.exec(word)?.[1]);
    const sockets = monitor.find((found) => found !== undefined);
    if (sockets === undefined) throw new Error('The command line of QEMU names no monitor.');
    const user = await resolveRunUser((await stat(sockets)).uid === process.getuid?.() ? 'self' : 'auto');
    const own = join(directory, 's');
    if (user !== null) {
      await chown(directory, user.uid, user.gid);
      await chown(ownDisk, user.uid, user.gid);
    }
    const words = pattern.map((word) => word.replaceAll(sockets, own).replaceAll(disk, ownDisk));
    return new BareQemu([...privilegePrefix(user), ...words], own, user);
  }

  /** Milliseconds from spawn until QMP says running; then it is ended. */
  async run(): Promise<number> {
    await rm(this.#directory, { recursive: true, force: true });
    await mkdir(this.#directory, { mode: 0o700 });
    if (this.#user !== null) await chown(this.#directory, this.#user.uid, this.#user.gid);
    const [program = '', ...args] = this.#words;
    const began = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: this.#directory });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    try {
      const session = await this.#connect(() => child.exitCode !== null || child.signalCode !== null);
      await session.execute('cont', {});
      while ((await session.execute('query-status', {})).status !== 'running') await sleep(POLL_MS);
      const taken = performance.now() - began;
      session.close();
      return taken;
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  }

  async #connect(hasEnded: () => boolean): Promise<QmpSession> {
    for (;;) {
      try {
        return await QmpSession.open(join(this.#directory, 'qmp.sock'));
      } catch (error) {
        if (!(error instanceof QmpError)) throw error;
        if (hasEnded()) throw new Error('QEMU ended at once.', { cause: error });
        await sleep(POLL_MS);
      }
    }
  }
}
