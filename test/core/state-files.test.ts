import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { copyFirmwareNow, copyFirmwareState } from '../../src/core/systems/files/state-files.ts';

const STATE = 'tpm2-00.permall';
const UNFINISHED = 'TMP2-00.permall';

const withDirectories = async (work: (from: string, to: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-state-'));
  try {
    for (const name of ['from', 'from/tpm', 'to']) await mkdir(join(directory, name));
    await work(join(directory, 'from'), join(directory, 'to'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

test('the state of a TPM that writes meanwhile is copied whole: its unfinished files come and go', () =>
  withDirectories(async (from, to) => {
    const tpm = join(from, 'tpm');
    const write = async (text: string): Promise<void> => {
      await writeFile(join(tpm, UNFINISHED), text.repeat(10_000));
      await rename(join(tpm, UNFINISHED), join(tpm, STATE));
    };
    await write('0');
    const copied = new AbortController();
    const writing = (async () => {
      for (let n = 1; !copied.signal.aborted; n = (n + 1) % 10) await write(String(n));
    })();
    try {
      for (let left = 300; left > 0; left--) {
        await copyFirmwareNow(from, to);
        assert.deepEqual(await readdir(join(to, 'tpm')), [STATE]);
        const text = await readFile(join(to, 'tpm', STATE), 'latin1');
        assert.equal(text, (text[0] ?? '').repeat(10_000));
      }
    } finally {
      copied.abort();
      await writing;
    }
  }));

test('what cannot be looked at is not taken for gone: the copy that is there stays', () =>
  withDirectories(async (from, to) => {
    await writeFile(join(from, 'uefi-variables.fd'), 'variables');
    await copyFirmwareState(from, to);
    await rm(join(from, 'uefi-variables.fd'));
    await symlink('uefi-variables.fd', join(from, 'uefi-variables.fd'));
    await assert.rejects(copyFirmwareState(from, to), { code: 'ELOOP' });
    assert.equal(await readFile(join(to, 'uefi-variables.fd'), 'latin1'), 'variables');
  }));

test('links that the TPM process may have made are not followed and not kept; what is gone is taken away', () =>
  withDirectories(async (from, to) => {
    await writeFile(join(from, 'tpm', STATE), 'state');
    await symlink('/etc/passwd', join(from, 'tpm', 'link'));
    await copyFirmwareState(from, to);
    assert.deepEqual(await readdir(join(to, 'tpm')), [STATE]);
    await rm(join(from, 'tpm'), { recursive: true });
    await copyFirmwareState(from, to);
    assert.deepEqual(await readdir(to), []);
  }));
