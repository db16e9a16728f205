import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import { MachineRecords } from '../../src/qemu/supervise/machine-record.ts';

const withFolder = async (work: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-records-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};

test('a record that cannot be read is told: its machine may run, and is not taken for gone', async () => {
  await withFolder(async (folder) => {
    // Read as a file it is an error, as on a broken disk.
    await mkdir(join(folder, 'broken.json'));
    await assert.rejects(
      MachineRecords.open(folder),
      (error) => error instanceof DomainError && error.message.includes('broken.json') && error.cause instanceof Error,
    );
  });
});

test('a file that is no record, and one that was not finished, are no machines', async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'other.json'), '{"version": 2}');
    await writeFile(join(folder, 'half.json.new'), '{');
    assert.deepEqual((await MachineRecords.open(folder)).all(), []);
  });
});
