import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A host of its own: systemd as the first process of a root, with processes, mounts and control groups that nobody else sees.
 * $0: the root; $1: the identifier of this boot, which the kernel does not change for us.
 */
const BOOT = `
cd "$0"; mount --bind . .; cd "$0"
mount -t proc proc proc; mount --bind "$1" proc/sys/kernel/random/boot_id
mount --rbind /sys sys; mount --make-rslave sys
mount -t tmpfs none sys/fs/cgroup; mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 run run; mount -t tmpfs tmp tmp; mount -t tmpfs -o mode=755 dev dev
for name in null zero full random urandom tty; do : > dev/$name; mount --bind /dev/$name dev/$name; done
ln -s /proc/self/fd dev/fd; mkdir dev/shm
exec env -i container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot . /usr/lib/systemd/systemd --system --log-target=journal
`;

/** Looks at a condition until it holds. */
const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (let n = 0; n < 1200; n++) {
    if (await holds()) return;
    await sleep(100);
  }
  assert.fail(`not in time: ${what}`);
};

/** A root of Debian with systemd, which can be booted, and booted again. Needs root, and version 2 of control groups. */
export class SystemdRoot implements AsyncDisposable {
  readonly #root: string;
  readonly #group: string;
  /** Host's number of its first process; 0: it is down. */
  #init = 0;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(root: string, group: string) {
    this.#root = root;
    this.#group = group;
  }

  /** @param root a directory with a base system of Debian; systemd is added to it. */
  static async make(root: string): Promise<SystemdRoot> {
    await run('chroot', [root, 'sh', '-euc', 'apt-get update -qq; apt-get install -y -qq systemd-sysv dbus'], {
      env: { DEBIAN_FRONTEND: 'noninteractive', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      maxBuffer: 1 << 24,
    });
    const { stdout } = await run('findmnt', ['-nt', 'cgroup2', '-o', 'TARGET']);
    const group = join(stdout.trim().split('\n')[0] ?? '', `vsms-test-${randomBytes(4).toString('hex')}`);
    await mkdir(group);
    return new SystemdRoot(root, group);
  }

  async boot(): Promise<void> {
    assert.equal(this.#init, 0, 'it is down');
    const bootId = `${this.#root}.boot-id`;
    await writeFile(bootId, `${randomUUID()}\n`);
    const inside = ['--mount', '--pid', '--uts', '--ipc', '--cgroup', '--fork', '--kill-child', 'sh', '-euc', BOOT];
    const script = 'echo $$ > "$0/cgroup.procs"; exec unshare "$@"';
    const child = spawn('sh', ['-euc', script, this.#group, ...inside, this.#root, bootId], {
      stdio: 'ignore',
      detached: true,
    });
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
    await until('the first process', async () => {
      const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').catch(() => '');
      this.#init = Number(children.trim());
      return (
        this.#init > 0 && (await readFile(`/proc/${this.#init}/comm`, 'utf8').catch(() => '')).startsWith('systemd')
      );
    });
    await until('systemd is up', async () => {
      const said = await this.run('systemctl is-system-running || true').catch(() => '');
      return /running|degraded/.test(said);
    });
  }

  /** What a script says that runs on it as root. Fails with all that it said. */
  async run(script: string): Promise<string> {
    const { stdout } = await run(
      'nsenter',
      ['-t', String(this.#init), '-m', '-p', '-u', '-i', '-C', '-r', '-w', 'sh', '-euc', script],
      {
        env: { HOME: '/root', DEBIAN_FRONTEND: 'noninteractive', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        maxBuffer: 1 << 24,
      },
    ).catch((error: { stdout: string; stderr: string }) => assert.fail(`${error.stdout}\n${error.stderr}`));
    return stdout.trim();
  }

  /** As somebody does who switches the host off: services are stopped first. */
  async powerOff(): Promise<void> {
    await this.run('systemctl poweroff');
    await this.#ended;
    this.#init = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // With the first process all others of it go.
    if (this.#init !== 0) process.kill(this.#init, 'SIGKILL');
    await this.#ended;
    const groups = (await readdir(this.#group, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const group of [this.#group, ...groups].toReversed()) await rmdir(group).catch(() => undefined);
    await rm(`${this.#root}.boot-id`, { force: true });
  }
}
