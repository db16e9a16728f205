import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Why no test can have a network of its own here; null: it can. */
export const noOwnNetwork = (): string | null => {
  if (process.getuid?.() !== 0) return 'only root makes networks';
  try {
    execFileSync('unshare', ['--net', '--mount', 'true'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'this kernel, or its keeper, gives nobody a network of its own';
  }
};

/** Runs a file of ours in a network and a /sys of its own, to its end; rejects with what it said. Nothing of the host is seen. */
export const inOwnNetwork = async (file: string, ...args: readonly string[]): Promise<void> => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const inside = 'mount -t sysfs sysfs /sys && ip link set dev lo up && exec "$0" "$@"';
  // Whatever it starts ends with it.
  const alone = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const words = [...alone, '--', 'sh', '-c', inside, process.execPath, file, ...args];
  await run('unshare', words, { env, maxBuffer: 16 * 1024 * 1024 });
};

/** A station on a network: a veth whose far end is in a network of its own, as a machine's adapter is behind a tap. */
export class Station implements Disposable {
  readonly device: string;
  readonly #holder: ChildProcess;
  readonly #end: string;

  constructor(index: number, mac: string, address: string | null) {
    this.device = `vsms${index.toString(16).padStart(11, '0')}`;
    this.#end = `far${index}`;
    this.#holder = spawn('unshare', ['--net', 'sleep', 'infinity'], { stdio: 'ignore' });
    execFileSync('ip', ['link', 'add', 'name', this.device, 'type', 'veth', 'peer', 'name', this.#end]);
    // Until it has a network of its own, it is in ours.
    while (this.#holder.pid === undefined || sameNetwork(this.#holder.pid)) execFileSync('sleep', ['0.01']);
    execFileSync('ip', ['link', 'set', 'dev', this.#end, 'netns', String(this.#holder.pid)]);
    this.run('ip', 'link', 'set', 'dev', this.#end, 'address', mac, 'up');
    if (address !== null) this.run('ip', 'address', 'add', `${address}/24`, 'dev', this.#end);
  }

  /** In its network; rejects by throwing when the program fails. */
  run(...words: readonly string[]): string {
    return execFileSync('nsenter', ['--target', String(this.#holder.pid), '--net', '--', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** A program that runs in its network until it is disposed of. */
  start(...words: readonly string[]): Disposable {
    const child = spawn('nsenter', ['--target', String(this.#holder.pid), '--net', '--', ...words], {
      stdio: 'ignore',
    });
    return { [Symbol.dispose]: () => void child.kill('SIGKILL') };
  }

  setMac(mac: string): void {
    this.run('ip', 'link', 'set', 'dev', this.#end, 'address', mac);
    this.run('ip', 'neighbour', 'flush', 'all');
  }

  /** Does an answer come? */
  reaches(address: string): boolean {
    try {
      this.run('busybox', 'ping', '-c', '2', '-W', '1', address);
      return true;
    } catch {
      return false;
    }
  }

  get far(): string {
    return this.#end;
  }

  [Symbol.dispose](): void {
    this.#holder.kill('SIGKILL');
    execFileSync('sh', ['-c', `ip link delete dev ${this.device} 2>/dev/null || true`]);
  }
}

const networkOf = (pid: number | 'self'): string =>
  execFileSync('readlink', [`/proc/${pid}/ns/net`], { encoding: 'utf8' }).trim();

const sameNetwork = (pid: number): boolean => networkOf(pid) === networkOf('self');
