import { readFile } from 'node:fs/promises';
import { DomainError, type DomainErrorCode } from '../core/errors.ts';

/** What QEMU prints before it gives up, and what it means to a client. Its own text stays in the log: it names host paths. */
const CAUSES: readonly (readonly [RegExp, DomainErrorCode, string])[] = [
  [
    /Failed to get .* lock|Is another process using the image/,
    'fileInUse',
    'a disk of it is in use by another machine or program. Detach it there first',
  ],
  [
    /[Cc]annot allocate memory|cannot set up guest memory/,
    'outOfMemory',
    'the host has not enough free memory. Turn another machine off, or give this one less',
  ],
  [/Could not open|Permission denied/, 'accessDenied', 'a file of it cannot be opened. Check its permissions'],
  [
    /could not configure \/dev\/net\/tun|Network is down/,
    'notAvailable',
    'a network adapter of it cannot be connected. Check the switch',
  ],
  [
    /Could not access KVM|failed to initialize kvm/,
    'notAvailable',
    'KVM is not available any more. Start the service again to choose another accelerator',
  ],
];
const LOG_TAIL = 4000;

/** Why QEMU ended before it was ready, from its log. */
export async function startFailure(logFile: string, cause: unknown): Promise<DomainError> {
  const log = (await readFile(logFile, 'utf8').catch(() => '')).slice(-LOG_TAIL);
  const detail = new Error(log.trim() || 'QEMU said nothing', { cause });
  for (const [pattern, code, text] of CAUSES) {
    if (pattern.test(log)) return new DomainError(code, `The machine cannot start: ${text}.`, { cause: detail });
  }
  return new DomainError('failed', 'The machine cannot start: QEMU refused it. The log of the service says why.', {
    cause: detail,
  });
}
