import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { chmod, chown, open, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { ImageTool } from '../../core/disks/image-tool.ts';
import { DomainError } from '../../core/errors.ts';
import { syncFile, syncFolder } from '../../core/paths/sync.ts';
import type { BackingImage, DiskFormat } from '../../core/ports.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { TOOL_PATH } from '../supervise/run-command.ts';
import { streamImage } from './stream-image.ts';
import { DEFAULT_PROGRAMS, type Programs } from '../host-services.ts';
import { readQemuText } from '../qemu-text.ts';

/** QEMU's names of the formats. */
const FORMAT_NAMES: Readonly<Record<DiskFormat, string>> = { raw: 'raw', qcow2: 'qcow2', vhd: 'vpc', vhdx: 'vhdx' };
/** What a file of a failed call may still say of itself. */
const TEXT_LIMIT = 4000;

/** The port over qemu-img. Every image has been looked into by core/disks before it comes here (hardening 9). */
export const createImageTool = (program = 'qemu-img', programs: Programs = DEFAULT_PROGRAMS): ImageTool => ({
  createOverlay: async (file, below) => {
    const size = await virtualSize(below);
    await rm(file, { force: true });
    try {
      // -u: the image below may be open in a machine, whose lock would refuse even a look at its size.
      await run(program, ['create', '-q', '-f', 'qcow2', '-u', ...backing(file, below), file, String(size)]);
      const { uid, gid, mode } = await stat(below.file);
      if (process.getuid?.() === 0) await chown(file, uid, gid);
      // Over an image that nobody may write to, too.
      await chmod(file, (mode & 0o666) | 0o600);
      await syncFile(file);
      await syncFolder(dirname(file));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  },
  commit: async (overlay, below, progress, signal) => {
    // -d: the overlay keeps what it holds.
    await run(program, ['commit', '-p', '-d', '-f', 'qcow2', overlay], progress, signal);
    await syncFile(below.file);
  },
  stream: async (image, progress, signal) => {
    await streamImage(image, programs, progress, signal).catch((error: unknown) => {
      if (signal.aborted) throw interrupted();
      throw error instanceof DomainError ? error : refused(programs.storageDaemon, error);
    });
    await syncFile(image.file);
  },
  rebase: async (overlay, below) => {
    await run(program, ['rebase', '-q', '-u', '-f', 'qcow2', ...backing(overlay, below), overlay]);
    await syncFile(overlay);
  },
});

/** A file of the same folder is named by its name alone, so that the folder may move. `./`: no colon makes it a protocol. */
const backing = (overlay: string, below: BackingImage): readonly string[] => [
  '-b',
  dirname(overlay) === dirname(below.file) ? `./${basename(below.file)}` : below.file,
  '-F',
  FORMAT_NAMES[below.format],
];

const virtualSize = async ({ file, format }: BackingImage): Promise<bigint> => {
  await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return BigInt((await inspectDisk(file, handle, format)).virtualSize);
};

const interrupted = (): DomainError => new DomainError('failed', 'The work on the disk was interrupted.');

const PERCENT = /\((\d+(?:\.\d+)?)\/100%\)/g;

const run = (
  program: string,
  args: readonly string[],
  progress: (fraction: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A service that is killed must not leave a tool behind that holds the disks of its machines.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: TOOL_PATH, LC_ALL: 'C' },
    ...(signal === undefined ? {} : { signal }),
  });
  let text = '';
  child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
    for (const [, percent] of chunk.matchAll(PERCENT)) progress(Number(percent) / 100);
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-TEXT_LIMIT);
  });
  let failure: unknown = null;
  child.on('error', (error) => (failure = error));
  child.on('close', (code) => {
    if (signal?.aborted === true) reject(interrupted());
    else if (code === 0) resolve();
    else reject(refused(program, failure ?? new Error(text)));
  });
  return promise;
};

const refused = (program: string, cause: unknown): DomainError => {
  const reading = readQemuText(cause instanceof Error ? cause.message : String(cause));
  return reading === null
    ? new DomainError('failed', `${program} could not work on a disk. The log of the service has its answer.`, {
        cause,
      })
    : new DomainError(reading.code, `A disk could not be worked on: ${reading.why}.`, {
        cause,
        ...(reading.hresult === null ? {} : { hresult: reading.hresult }),
      });
};
