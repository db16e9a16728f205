import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const MIB = 1024 * 1024;
/** What the image may take of memory before its disk fails. */
const MEDIUM_MIB = 96;

/**
 * A file system of its own whose disk can be made slow, read-only, full or broken while somebody uses it: ext4 in a loop device
 * on a file in memory. Only root may have one, and only where there are loop devices: `open` answers null elsewhere.
 */
export class LoopDisk implements AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
  readonly #home: string;
  readonly #device: string;
  #frozen = false;

  private constructor(home: string, device: string) {
    this.#home = home;
    this.#device = device;
    this.path = join(home, 'd');
  }

  /** `mib`: size of the file system. */
  static async open(mib = 64): Promise<LoopDisk | null> {
    if (process.getuid?.() !== 0) return null;
    // Short: sockets of machines lie below it.
    const home = await mkdtemp(join(tmpdir(), 'vd-'));
    const medium = join(home, 'm');
    await mkdir(medium);
    await mkdir(join(home, 'd'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${MEDIUM_MIB}m`, 'tmpfs', medium]);
      const image = join(medium, 'image');
      await using handle = await open(image, 'w');
      await handle.truncate(mib * MIB);
      await run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
      const device = (await run('losetup', ['-f', '--show', image])).stdout.trim();
      await run('mount', ['-o', 'errors=remount-ro', device, join(home, 'd')]);
      return new LoopDisk(home, device);
    } catch {
      await run('umount', ['-l', medium]).catch(() => undefined);
      await rm(home, { recursive: true, force: true });
      return null;
    }
  }

  /** Whoever writes waits until it is thawed. */
  async freeze(): Promise<void> {
    await run('fsfreeze', ['-f', this.path]);
    this.#frozen = true;
  }

  async thaw(): Promise<void> {
    if (!this.#frozen) return;
    this.#frozen = false;
    await run('fsfreeze', ['-u', this.path]);
  }

  /** All that was written is on it. */
  async sync(): Promise<void> {
    await run('sync', ['-f', this.path]);
  }

  /** The kernel has met an error in the file system, and takes no write any more: EROFS. */
  async goReadOnly(): Promise<void> {
    await writeFile(`/sys/fs/ext4/${basename(this.#device)}/trigger_fs_error`, '1');
  }

  /** From now on there is nothing below what the disk has not written yet: such writes fail with EIO. */
  async breakDown(): Promise<void> {
    const medium = join(this.#home, 'm');
    const { bavail, bsize } = await statfs(medium);
    await using ballast = await open(join(medium, 'ballast'), 'w');
    const piece = Buffer.alloc(MIB, 1);
    for (let left = bavail * bsize; left > 0; left -= piece.length)
      await ballast.write(piece.subarray(0, Math.min(left, piece.length))).catch(() => undefined);
  }

  /** What a restart of the host would do to it, on a disk that works again. */
  async repair(): Promise<void> {
    await rm(join(this.#home, 'm', 'ballast'), { force: true });
    await run('umount', [this.path]);
    await run('e2fsck', ['-p', '-f', this.#device]).catch(() => undefined);
    await run('mount', ['-o', 'errors=remount-ro', this.#device, this.path]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.thaw();
    await run('umount', ['-l', this.path]).catch(() => undefined);
    await run('losetup', ['-d', this.#device]).catch(() => undefined);
    await run('umount', ['-l', join(this.#home, 'm')]).catch(() => undefined);
    await rm(this.#home, { recursive: true, force: true });
  }
}
