import { readFile } from 'node:fs/promises';
import { DomainError } from '../core/errors.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import { readQemuText } from './qemu-text.ts';

const LOG_TAIL = 4000;

/** Why QEMU ended before it was ready, from its log. Its own text stays in the log: it names internals. */
export async function startFailure(
  logFile: string,
  cause: unknown,
  machine: Pick<MachineSpec, 'id' | 'disks'>,
): Promise<DomainError> {
  const log = (await readFile(logFile, 'utf8').catch(() => '')).slice(-LOG_TAIL);
  const detail = new Error(log.trim() || 'QEMU said nothing', { cause });
  const reading = readQemuText(log, machine.disks);
  if (reading === null) {
    return new DomainError('failed', 'The machine cannot start: QEMU refused it. The log of the service says why.', {
      cause: detail,
    });
  }
  return new DomainError(reading.code, `The machine cannot start: ${reading.why}.`, {
    cause: detail,
    ...(reading.disk === null ? {} : { source: { system: machine.id, configuration: machine.id, part: reading.disk } }),
    ...(reading.hresult === null ? {} : { hresult: reading.hresult }),
  });
}
