import { execFile, spawn } from 'node:child_process';
import { chown, link, mkdir, open, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { serialSocket } from '../../src/qemu/machine/serial.ts';
import { readSavedState } from '../../src/qemu/saved-state/format.ts';
import { sendStream } from '../../src/qemu/saved-state/send-stream.ts';
import { privilegePrefix, resolveRunUser, type RunUser } from '../../src/qemu/supervise/user.ts';
import { QmpSession } from '../../src/qmp/session.ts';

const run = promisify(execFile);
const POLL_MS = 2;
/** The nano guest looks at its serial port a hundred times a second. */
const ASK_MS = 10;
const LIMIT_MS = 60_000;

/** Until it does not reject any more: sockets and guests come when they come. */
async function soon<T>(attempt: () => Promise<T>): Promise<T> {
  const end = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(POLL_MS);
    }
  }
}

/** Until the nano guest behind a serial port that is there or will be answers: asked again and again, for it may not hear yet. */
export async function speaks(socket: string): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (performance.now() < end) {
    const line = await soon(async () => {
      const one = connect({ path: socket });
      await new Promise((resolve, reject) => {
        one.once('connect', resolve);
        one.once('error', reject);
      });
      return one;
    });
    let text = '';
    line.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    line.on('error', () => undefined);
    while (!line.destroyed && !text.includes('INFO ') && performance.now() < end) {
      line.write('i');
      await sleep(ASK_MS);
    }
    line.destroy();
    if (text.includes('INFO ')) return;
  }
  throw new Error('the guest does not answer');
}

export interface BareFiles {
  /** In the words of the pattern: replaced by an overlay of our own. */
  readonly disk: string;
  /** The state to restore. */
  readonly saved: string;
  /** The words map its memory, which is no part of what is sent then. */
  readonly mapped: boolean;
}

/** What the service does to go on from a checkpoint, by hand and by the same user: overlay, QEMU, the state, `cont`. */
export class BareRestore {
  readonly #words: readonly string[];
  readonly #disk: string;
  readonly #directory: string;
  readonly #memory: string;
  readonly #mapped: boolean;
  readonly #user: RunUser | null;

  private constructor(
    words: readonly string[],
    disk: string,
    directory: string,
    memory: { readonly file: string; readonly mapped: boolean },
    user: RunUser | null,
  ) {
    this.#words = words;
    this.#disk = disk;
    this.#directory = directory;
    this.#memory = memory.file;
    this.#mapped = memory.mapped;
    this.#user = user;
  }

  /** `pattern`: words of a machine that runs; `own`: what in them is its own. */
  static async like(pattern: readonly string[], directory: string, own: BareFiles): Promise<BareRestore> {
    const found = pattern.map((word) => /^socket,id=monitor0,path=([^,]+)\/qmp\.sock,/.exec(word)?.[1]);
    const sockets = found.find((one) => one !== undefined) ?? '';
    const user = await resolveRunUser((await stat(sockets)).uid === process.getuid?.() ? 'self' : 'auto');
    if (user !== null) await chown(directory, user.uid, user.gid);
    const memory = join(directory, 'memory');
    await link(own.saved, memory);
    const disk = join(directory, 'disk.qcow2');
    const words = pattern.map((word) => word.replaceAll(sockets, join(directory, 's')).replaceAll(own.disk, disk));
    return new BareRestore(
      [...privilegePrefix(user), ...words],
      disk,
      directory,
      { file: memory, mapped: own.mapped },
      user,
    );
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
      if (this.#mapped) {
        const leaveOut = [{ capability: 'x-ignore-shared', state: true }];
        await session.execute('migrate-set-capabilities', { capabilities: leaveOut });
      }
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
