import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const python = '/usr/bin/python3';

/** libvirt's daemon as a peer; null where it is not installed. */
export async function libvirtPeer(): Promise<LibvirtPeer | null> {
  if (!existsSync('/usr/sbin/libvirtd') || !existsSync('/usr/lib/python3/dist-packages/libvirt.py')) return null;
  const answers = (): boolean => {
    try {
      execFileSync('virsh', ['-c', 'qemu:///system', 'version'], { stdio: 'ignore', timeout: 5000 });
      return true;
    } catch {
      return false;
    }
  };
  if (!answers()) {
    spawn('unshare', ['--mount', join(import.meta.dirname, 'libvirtd-without-kvm.sh')], { stdio: 'ignore' });
    for (let i = 0; i < 50 && !answers(); i++) await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return answers() ? new LibvirtPeer() : null;
}

export class LibvirtPeer {
  /** Domains defined per second over so many connections. */
  definePerSecond(connections: number, count: number): number {
    const script = join(import.meta.dirname, 'libvirt_define.py');
    const seconds = Number(execFileSync(python, [script, String(connections), String(count)], { encoding: 'utf8' }));
    return count / seconds;
  }

  /** Milliseconds of each of `rounds` domstats of `count` domains, which are there, under TCG, and stand still. */
  domainStatistics(count: number, rounds: number): readonly number[] {
    startLogDaemon();
    const script = join(import.meta.dirname, 'libvirt_domstats.py');
    const text = execFileSync(python, [script, String(count), String(rounds)], { encoding: 'utf8' });
    return text.trim().split(' ').map(Number);
  }

  /** A domain that runs the nano guest from `disk`, a qcow2 image; `directory`: its user may write there. */
  checkpoints(disk: string, directory: string, memoryMb: number): LibvirtCheckpoints {
    startLogDaemon();
    return new LibvirtCheckpoints(disk, directory, memoryMb);
  }
}

/** Domains do not start without it; it ends by itself when nobody needs it. */
function startLogDaemon(): void {
  if (!existsSync('/run/libvirt/virtlogd-sock')) execFileSync('/usr/sbin/virtlogd', ['-d', '-t', '300']);
}

/** Checkpoints of one domain, one at a time. */
export class LibvirtCheckpoints implements AsyncDisposable {
  readonly #process;
  readonly #lines: AsyncIterator<string>;

  constructor(disk: string, directory: string, memoryMb: number) {
    const script = join(import.meta.dirname, 'libvirt_checkpoints.py');
    this.#process = spawn(python, [script, disk, directory, String(memoryMb)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Milliseconds. `revert`: to the first internal one, of a domain that is off, until its guest answers. */
  async take(what: 'internal' | 'external' | 'revert'): Promise<number> {
    this.#process.stdin.write(`${what}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('libvirt did not take the checkpoint');
    return Number(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'close');
    this.#process.stdin.end();
    await ended;
  }
}
