import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, copyFile, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Guest images for tests, built from our own sources and Debian packages at first use and kept in a cache: VSMS_GUEST_CACHE,
 * or /var/cache/vsms-guests where it can be made, or below XDG_CACHE_HOME. The cache is by content: changed sources make
 * another entry. Safe with several processes at once.
 */
export interface LinuxImages {
  readonly vmlinuz: string;
  readonly initrd: string;
  /** Generation 1: BIOS, IDE or any other disk. */
  readonly gen1: string;
  /** Generation 2: UEFI, signed for Secure Boot. */
  readonly gen2: string;
}

/** Raw BIOS disk with the nano guest (see nano/kernel.c). */
export async function nanoImage(): Promise<string> {
  return join(await built('nano', (script, out) => [script, join(out, 'nano.raw')]), 'nano.raw');
}

export interface BiosImages {
  /** Raw disk. */
  readonly disk: string;
  readonly floppy: string;
  readonly iso: string;
}

/** Generation 1: the BIOS guest (see bios/boot.S), on every medium that a BIOS boots from. */
export async function biosImages(): Promise<BiosImages> {
  const directory = await built('bios', (script, out) => [script, out]);
  const file = (ending: string): string => join(directory, `bios.${ending}`);
  return { disk: file('raw'), floppy: file('img'), iso: file('iso') };
}

export interface UefiImages {
  /** Raw FAT disk. */
  readonly disk: string;
  /** The same to be booted from a CD drive. */
  readonly iso: string;
}

/** Generation 2: the UEFI guest (see uefi/main.c). It is not signed. */
export async function uefiImages(): Promise<UefiImages> {
  const directory = await built('uefi', (script, out) => [script, out]);
  return { disk: join(directory, 'uefi.raw'), iso: join(directory, 'uefi.iso') };
}

export async function linuxImages(): Promise<LinuxImages> {
  const directory = await built('linux', (script, out) => [script, out]);
  const file = (name: string): string => join(directory, name);
  return { vmlinuz: file('vmlinuz'), initrd: file('initrd'), gen1: file('gen1.raw'), gen2: file('gen2.raw') };
}

const run = promisify(execFile);
const SOURCES = import.meta.dirname;
const BUILD_LIMIT_MS = 600_000;

async function built(guest: string, command: (script: string, out: string) => readonly string[]): Promise<string> {
  const sources = join(SOURCES, guest);
  const cache = await cacheDirectory();
  const finished = join(cache, `${guest}-${await contentHash(sources)}`);
  await using _turn = await lock(`${finished}.lock`, finished);
  if (await exists(finished)) return finished;
  const work = await mkdtemp(join(cache, `${guest}-new-`));
  try {
    const [program = '', ...args] = command(join(sources, 'build.sh'), work);
    await run(program, args, { timeout: BUILD_LIMIT_MS, maxBuffer: 16 * 1024 * 1024 });
    await rename(work, finished);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return finished;
}

async function contentHash(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(directory)).toSorted())
    hash.update(`${name}\n`).update(await readFile(join(directory, name)));
  return hash.digest('hex').slice(0, 16);
}

async function cacheDirectory(): Promise<string> {
  const home = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const wished = process.env['VSMS_GUEST_CACHE'];
  for (const directory of wished === undefined ? ['/var/cache/vsms-guests', join(home, 'vsms-guests')] : [wished]) {
    const usable = await mkdir(directory, { recursive: true })
      .then(() => access(directory, constants.W_OK))
      .then(
        () => true,
        () => false,
      );
    if (usable) return directory;
  }
  throw new Error('no directory for guest images can be made; set VSMS_GUEST_CACHE');
}

/** One builder at a time, over processes; a lock whose holder died is taken over. Not held when the result is there. */
async function lock(file: string, result: string): Promise<AsyncDisposable> {
  const none = { [Symbol.asyncDispose]: () => Promise.resolve() };
  for (;;) {
    if (await exists(result)) return none;
    try {
      await using handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      return { [Symbol.asyncDispose]: () => rm(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && !(await exists(`/proc/${holder}`))) await rm(file, { force: true });
    await sleep(100);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A private copy of an image, for a guest that writes. */
export async function copyImage(image: string, to: string): Promise<string> {
  await copyFile(image, to, constants.COPYFILE_FICLONE);
  return to;
}
