import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHostDisks } from '../../src/qemu/host-disks/host-disks.ts';

/** Why the host of the tests makes no devices of plain images, and none of other formats; null: it does. */
export const hostDiskLack = async (): Promise<{ readonly plain: string | null; readonly served: string | null }> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-lack-'));
  try {
    const file = join(directory, 'a.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', file, '1M']);
    const disks = await openHostDisks(join(directory, 'attached'), { warn: () => undefined });
    return { plain: disks.lack, served: await disks.lackFor({ file, format: 'qcow2', readOnly: false }) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
