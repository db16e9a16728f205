import { execFile, spawn } from 'node:child_process';
import { chown, link, mkdir, mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isReference, listOf, numberOf, textOf } from '../src/client/object.ts';
import { settingsText } from '../src/client/settings-text.ts';
import { serialSocket } from '../src/qemu/machine/serial.ts';
import { readSavedState } from '../src/qemu/saved-state/format.ts';
import { sendStream } from '../src/qemu/saved-state/send-stream.ts';
import { privilegePrefix, resolveRunUser, type RunUser } from '../src/qemu/supervise/user.ts';
import { QmpSession } from '../src/qmp/session.ts';
import { SerialLine } from '../test/qemu/kit.ts';
import { guestInfo, WireHost } from '../test/kit/wire-host.ts';
import { WireSnapshots } from '../test/kit/wire-snapshots.ts';
import { header, report, single, spread } from './kit/figures.ts';

const run = promisify(execFile);
const ROUNDS = 8;
/** The most that issue 4 allows, beside bare QEMU. */
const GOAL = 1.3;
const POLL_MS = 2;

/** Until it does not reject any more: sockets and guests come when they come. */
async function soon<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await sleep(POLL_MS);
    }
  }
}

const speaks = async (socket: string): Promise<void> => {
  using line = await soon(() => SerialLine.connect(socket));
  await line.ask('i', /INFO/);
};

/** What the service does for a fork, by hand and by the same user: overlay, QEMU on the shared memory, its state, `cont`. */
class BareFork {
  readonly #words: readonly string[];
  readonly #disk: string;
  readonly #directory: string;
  readonly #memory: string;
  readonly #user: RunUser | null;

  private constructor(words: readonly string[], disk: string, directory: string, memory: string, user: RunUser | null) {
    this.#words = words;
    this.#disk = disk;
    this.#directory = directory;
    this.#memory = memory;
    this.#user = user;
  }

  /** `pattern`: words of a fork that runs; the rest: what in them is its own. */
  static async like(
    pattern: readonly string[],
    directory: string,
    own: { readonly disk: string; readonly saved: string; readonly shared: string },
  ): Promise<BareFork> {
    const found = pattern.map((word) => /^socket,id=monitor0,path=([^,]+)\/qmp\.sock,/.exec(word)?.[1]);
    const sockets = found.find((one) => one !== undefined) ?? '';
    const user = await resolveRunUser((await stat(sockets)).uid === process.getuid?.() ? 'self' : 'auto');
    if (user !== null) await chown(directory, user.uid, user.gid);
    const memory = join(directory, 'memory');
    await link(own.shared, memory);
    const disk = join(directory, 'disk.qcow2');
    const words = pattern.map((word) =>
      word.replaceAll(sockets, join(directory, 's')).replaceAll(own.disk, disk).replaceAll(own.saved, memory),
    );
    return new BareFork([...privilegePrefix(user), ...words], disk, directory, memory, user);
  }

  /** Milliseconds until the guest answers; then it is ended. */
  async run(): Promise<number> {
    const sockets = join(this.#directory, 's');
    await rm(sockets, { recursive: true, force: true });
    await rm(this.#disk, { force: true });
    await mkdir(sockets, { mode: 0o700 });
    if (this.#user !== null) await chown(sockets, this.#user.uid, this.#user.gid);
    const [program = '', ...args] = this.#words;
    const began = performance.now();
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', this.#disk, '1M']);
    if (this.#user !== null) await chown(this.#disk, this.#user.uid, this.#user.gid);
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], cwd: sockets });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    try {
      const session = await soon(() => QmpSession.open(join(sockets, 'qmp.sock')));
      const leaveOut = [{ capability: 'x-ignore-shared', state: true }];
      await session.execute('migrate-set-capabilities', { capabilities: leaveOut });
      const socket = join(sockets, 'restore.sock');
      await session.execute('migrate-incoming', { uri: `unix:${socket}` });
      await using handle = await open(this.#memory, 'r');
      await sendStream(handle, await readSavedState(handle), socket, new AbortController().signal);
      while ((await session.execute('query-status', {})).status === 'inmigrate') await sleep(POLL_MS);
      await session.execute('cont', {});
      await speaks(serialSocket(sockets, 0));
      const taken = performance.now() - began;
      session.close();
      return taken;
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  }
}

const privateMb = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Number(/^Private_Dirty:\s+(\d+) kB/m.exec(text)?.[1]) / 1024;
};

/** Forks of a running guest's checkpoint, request to an answer of the fork's guest, beside the same by QMP, in turn. */
export async function forks(): Promise<void> {
  header('Forks of a checkpoint (nano guest, 64 MB, TCG)');
  const directory = await mkdtemp(join(tmpdir(), 'vsms-bench-'));
  try {
    await using host = await WireHost.open('qemu');
    const snapshots = new WireSnapshots(host);
    const id = await host.nano('vm');
    await host.call('ModifySystemSettings', {
      SystemSettings: settingsText('Msvm_VirtualSystemSettingData', {
        InstanceID: `Microsoft:${id}`,
        UserSnapshotType: 5,
      }),
    });
    await host.change(id, 2);
    {
      using line = await host.serial('vm');
      await guestInfo(line);
    }
    const snapshot = await snapshots.take(id);
    let made = 0;
    const fork = async (): Promise<{ readonly id: string; readonly ms: number }> => {
      const began = performance.now();
      const { out, returnValue } = await host.client.invoke({ className: 'Vsms_SnapshotForkService' }, 'ForkSnapshot', {
        Snapshot: snapshots.settings(snapshot),
        Count: 1,
      });
      const [system] = listOf(out['ResultingSystems']);
      const job = out['Job'];
      if (!isReference(system) || !isReference(job)) throw new Error(`ForkSnapshot answered ${returnValue}.`);
      await speaks(join(host.service.dataDirectory, 'pipes', `vm-${++made}`));
      const ms = performance.now() - began;
      await host.client.waitForJob(job);
      return { id: system.selectors['Name'] ?? '', ms };
    };
    const pidOf = async (one: string): Promise<number> =>
      numberOf(textOf((await host.client.get(host.system(one))).properties['ProcessID']));
    const first = await fork();
    const state = join(host.service.dataDirectory, 'state/systems');
    const [windows = ''] = await snapshots.files(`Microsoft:${first.id}`);
    const pattern = (await readFile(`/proc/${await pidOf(first.id)}/cmdline`, 'utf8')).split('\0').slice(0, -1);
    const bare = await BareFork.like(pattern, directory, {
      disk: join(host.service.dataDirectory, 'drives/c/vm', basename(windows.replaceAll('\\', '/'))),
      saved: join(state, first.id, 'saved-1.vmstate'),
      shared: join(state, id, 'snapshots', snapshot.slice('Microsoft:'.length), 'memory-shared.vmstate'),
    });
    const ours: number[] = [];
    const theirs: number[] = [];
    const memory: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(await bare.run());
      const next = await fork();
      ours.push(next.ms);
      memory.push(await privateMb(await pidOf(next.id)));
    }
    report({
      what: 'fork to an answer of its guest',
      unit: 'ms',
      ours: spread(ours),
      beside: { what: 'by QMP', value: spread(theirs) },
      goal: { atMost: GOAL },
    });
    report({
      what: 'the first, which makes the memory shared',
      unit: 'ms',
      ours: single(first.ms),
      beside: { what: 'those after it', value: spread(ours) },
      goal: null,
    });
    report({ what: 'memory of its own', unit: 'MB', ours: spread(memory), beside: null, goal: null });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
