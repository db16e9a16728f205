import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import { syncFolder } from '../../core/paths/sync.ts';
import type { MachineSpec } from '../../core/machine-spec.ts';
import type { FirmwareFiles } from '../command-line/layout.ts';
import { hasPlatformKey, withSecureBoot } from './variable-store.ts';

/** OVMF as Debian installs it. The Windows and the UEFI CA templates of Hyper-V share the Microsoft-enrolled store (K28). */
const FILES = {
  plain: { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', template: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  secure: { code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', template: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd' },
} as const;

type Uefi = Extract<MachineSpec['firmware'], { kind: 'uefi' }>;

/**
 * The firmware of a machine, its variable store made when it is missing: with keys, whether Secure Boot is on or not. It is
 * turned on and off by the firmware's own switch, so that keys, boot entries and all that the guest wrote stay: both builds
 * of OVMF obey keys that are there. A store in which it cannot be turned is replaced, and the old one kept beside it with
 * `.before-secure-boot` or `.with-secure-boot`.
 */
export async function prepareFirmware(firmware: Uefi): Promise<FirmwareFiles> {
  const { code } = firmware.secureBoot ? FILES.secure : FILES.plain;
  for (const file of [code, FILES.plain.template, FILES.secure.template]) {
    await stat(file).catch((cause: unknown) => {
      throw new DomainError(
        'notAvailable',
        'The firmware for generation 2 machines is not installed. Install the package ovmf.',
        { cause },
      );
    });
  }
  const present = await readFile(firmware.variablesFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new DomainError(
      'accessDenied',
      'The firmware variables of the machine cannot be read. Check the permissions of its directory.',
      { cause: error },
    );
  });
  const size = (await stat(FILES.secure.template)).size;
  if (present !== null && present.length !== size) {
    throw new DomainError(
      'failed',
      'The firmware variables of the machine are damaged. Delete their file to have them made anew.',
    );
  }
  if (present === null) await place(await newStore(firmware.secureBoot), firmware.variablesFile);
  else await turnSecureBoot(firmware, present);
  return { code, variables: firmware.variablesFile, secure: firmware.secureBoot };
}

/** One with keys serves both; where it has no switch, one without keys is the only one that is off. */
async function newStore(secureBoot: boolean): Promise<Buffer> {
  const enrolled = withSecureBoot(await readFile(FILES.secure.template), secureBoot);
  return enrolled ?? readFile(secureBoot ? FILES.secure.template : FILES.plain.template);
}

async function turnSecureBoot(firmware: Uefi, present: Buffer): Promise<void> {
  const { variablesFile, secureBoot } = firmware;
  const turned = withSecureBoot(present, secureBoot);
  if (secureBoot ? !hasPlatformKey(present) : turned === null) {
    await place(present, `${variablesFile}.${secureBoot ? 'before' : 'with'}-secure-boot`);
    await place(await newStore(secureBoot), variablesFile);
    return;
  }
  // With keys and no switch yet, the firmware makes one that is on.
  if (turned !== null && turned !== present) await place(turned, variablesFile);
}

/** All or nothing: a half-written store would be a machine that never boots again. */
async function place(store: Buffer, to: string): Promise<void> {
  const directory = dirname(to);
  await mkdir(directory, { recursive: true });
  await removeUnfinished(to);
  const temporary = `${to}.${randomUUID()}.new`;
  try {
    await using handle = await open(temporary, 'wx', 0o600);
    await handle.writeFile(store);
    await handle.sync();
    await rename(temporary, to);
  } catch (error) {
    await removeUnfinished(to);
    throw error;
  }
  await syncFolder(directory);
}

/** What a service that was killed, or whose disk was full, has not finished. */
async function removeUnfinished(to: string): Promise<void> {
  const begins = `${basename(to)}.`;
  const found = await readdir(dirname(to)).catch(() => []);
  for (const name of found)
    if (name.startsWith(begins) && name.endsWith('.new')) await unlink(join(dirname(to), name)).catch(() => {});
}
