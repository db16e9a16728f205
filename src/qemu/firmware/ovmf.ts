import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '../../core/errors.ts';
import type { MachineSpec } from '../../core/ports.ts';
import type { FirmwareFiles } from '../command-line/layout.ts';
import { syncDirectory } from '../supervise/machine-record.ts';
import { hasPlatformKey } from './variable-store.ts';

/** OVMF as Debian installs it. The Windows and the UEFI CA templates of Hyper-V share the Microsoft-enrolled store (K28). */
const FILES = {
  plain: { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', template: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  secure: { code: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd', template: '/usr/share/OVMF/OVMF_VARS_4M.ms.fd' },
} as const;

type Uefi = Extract<MachineSpec['firmware'], { kind: 'uefi' }>;

/**
 * The firmware of a machine, its variable store made from the template when it is missing. A store without keys cannot
 * boot securely: with Secure Boot on it is replaced, and the old one kept beside it with `.before-secure-boot`.
 */
export async function prepareFirmware(firmware: Uefi): Promise<FirmwareFiles> {
  const files = firmware.secureBoot ? FILES.secure : FILES.plain;
  for (const file of [files.code, files.template]) {
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
  const size = (await stat(files.template)).size;
  if (present !== null && present.length !== size) {
    throw new DomainError(
      'failed',
      'The firmware variables of the machine are damaged. Delete their file to have them made anew.',
    );
  }
  if (present === null) await placeCopy(files.template, firmware.variablesFile);
  else if (firmware.secureBoot && !hasPlatformKey(present)) {
    await placeCopy(firmware.variablesFile, `${firmware.variablesFile}.before-secure-boot`);
    await placeCopy(files.template, firmware.variablesFile);
  }
  return { code: files.code, variables: firmware.variablesFile, secure: firmware.secureBoot };
}

/** All or nothing: a half-written store would be a machine that never boots again. */
async function placeCopy(from: string, to: string): Promise<void> {
  const directory = dirname(to);
  await mkdir(directory, { recursive: true });
  const temporary = `${to}.${randomUUID()}.new`;
  await copyFile(from, temporary);
  {
    await using handle = await open(temporary, 'r+');
    await handle.chmod(0o600);
    await handle.sync();
  }
  await rename(temporary, to);
  await syncDirectory(directory);
}
