import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import { prepareFirmware } from '../../src/qemu/firmware/ovmf.ts';
import { hasPlatformKey, withSecureBoot } from '../../src/qemu/firmware/variable-store.ts';
import { splitGrants } from '../../src/qemu/supervise/access.ts';
import { processOfPidFile } from '../../src/qemu/supervise/pid-file.ts';
import { isAlive, readProcess } from '../../src/qemu/supervise/process-identity.ts';
import { machineDirectories } from '../../src/qemu/supervise/socket-directory.ts';

async function inDirectory(work: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-host-'));
  try {
    await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe('spec qemu §7: identity of a process', () => {
  test('number and start time; a number that is used again is another process', async () => {
    const self = await readProcess(process.pid);
    assert.ok(self !== null && self.startTicks > 0);
    assert.equal(await isAlive(self), true);
    assert.equal(await isAlive({ ...self, startTicks: self.startTicks + 1 }), false);
    assert.equal(await readProcess(2 ** 30), null);
  });

  test('a pid file is believed only if the process names it on its command line', () =>
    inDirectory(async (directory) => {
      const file = join(directory, 'x.pid');
      for (const content of [`${process.pid}\n`, '1\n', '-1', '0', '', 'abc', '99999999999999', '4294967297']) {
        await writeFile(file, content);
        assert.equal(await processOfPidFile(file), null, content);
      }
    }));
});

describe('K23 access of the unprivileged user', () => {
  test('what another machine still needs stays, and no more of it than it needs', () => {
    const given = [
      { path: '/a', access: 'x' },
      { path: '/a/shared.iso', access: 'rw' },
      { path: '/a/mine', access: 'rw' },
    ] as const;
    const others = [
      { path: '/a', access: 'x' },
      { path: '/a/shared.iso', access: 'r' },
    ] as const;
    assert.deepEqual(splitGrants(given, others), {
      take: ['/a/mine'],
      lower: [{ path: '/a/shared.iso', access: 'r' }],
    });
    assert.deepEqual(splitGrants(given, []).take, ['/a', '/a/shared.iso', '/a/mine']);
  });
});

describe('K25 socket paths', () => {
  test('a machine keeps its own directory while paths fit, gets a short one when they do not, and none is cut', () => {
    assert.equal(machineDirectories('/run/vsms/m', '/run/v').sockets, '/run/vsms/m/s');
    const long = `/${'d'.repeat(200)}`;
    const { home, sockets, logs } = machineDirectories(long, '/run/v');
    assert.match(home, /^\/run\/v\/[0-9a-f]{12}$/);
    assert.equal(sockets, `${home}/s`);
    assert.equal(logs, long);
    assert.throws(() => machineDirectories(long, long), DomainError);
  });
});

describe('K28 firmware variables', () => {
  const plain = '/usr/share/OVMF/OVMF_VARS_4M.fd';
  const enrolled = '/usr/share/OVMF/OVMF_VARS_4M.ms.fd';

  test('a platform key is found in the enrolled store and nowhere else', async () => {
    assert.equal(hasPlatformKey(await readFile(enrolled)), true);
    assert.equal(hasPlatformKey(await readFile(plain)), false);
    const store = await readFile(enrolled);
    for (const broken of [
      Buffer.alloc(0),
      Buffer.alloc(100_000, 0xff),
      store.subarray(0, 60),
      store.subarray(0, 200),
    ]) {
      assert.equal(hasPlatformKey(broken), false);
    }
  });

  test('a new store has keys from the start, so that Secure Boot is turned on in it as it is', () =>
    inDirectory(async (directory) => {
      const variablesFile = join(directory, 'a', 'vars.fd');
      const firmware = { kind: 'uefi', variablesFile, bootOrder: [] } as const;
      const off = await prepareFirmware({ ...firmware, secureBoot: false });
      assert.equal(off.secure, false);
      const template = await readFile(enrolled);
      assert.ok((await readFile(variablesFile)).equals(withSecureBoot(template, false) ?? assert.fail('a switch')));
      const on = await prepareFirmware({ ...firmware, secureBoot: true });
      assert.equal(on.secure, true);
      assert.ok((await readFile(variablesFile)).equals(template));
      assert.deepEqual(await readdir(join(directory, 'a')), ['vars.fd']);
    }));

  test('a store without keys is replaced when Secure Boot is turned on, and kept', () =>
    inDirectory(async (directory) => {
      const variablesFile = join(directory, 'a', 'vars.fd');
      const firmware = { kind: 'uefi', variablesFile, bootOrder: [] } as const;
      await mkdir(join(directory, 'a'));
      await copyFile(plain, variablesFile);
      const off = await prepareFirmware({ ...firmware, secureBoot: false });
      assert.equal(off.secure, false);
      assert.ok((await readFile(variablesFile)).equals(await readFile(plain)));
      const on = await prepareFirmware({ ...firmware, secureBoot: true });
      assert.equal(on.secure, true);
      assert.equal(hasPlatformKey(await readFile(variablesFile)), true);
      assert.deepEqual((await readdir(join(directory, 'a'))).toSorted(), ['vars.fd', 'vars.fd.before-secure-boot']);
    }));

  test("Secure Boot is turned off and on by the firmware's own switch; keys and the rest of the store stay", () =>
    inDirectory(async (directory) => {
      const variablesFile = join(directory, 'vars.fd');
      const firmware = { kind: 'uefi', variablesFile, bootOrder: [] } as const;
      await prepareFirmware({ ...firmware, secureBoot: true });
      const on = await readFile(variablesFile);
      await prepareFirmware({ ...firmware, secureBoot: false });
      const off = await readFile(variablesFile);
      assert.equal(hasPlatformKey(off), true);
      assert.equal(off.length, on.length);
      assert.deepEqual(
        [...off.keys()].filter((at) => off[at] !== on[at]).map((at) => [on[at], off[at]]),
        [[1, 0]],
      );
      await prepareFirmware({ ...firmware, secureBoot: true });
      assert.ok((await readFile(variablesFile)).equals(on));
      assert.deepEqual(await readdir(directory), ['vars.fd']);
    }));

  test('a store with keys and without the switch is put aside when Secure Boot is turned off', () =>
    inDirectory(async (directory) => {
      const variablesFile = join(directory, 'vars.fd');
      const store = await readFile(enrolled);
      const name = store.indexOf(Buffer.from('SecureBootEnable', 'utf16le'));
      // The state byte of its header: deleted.
      store[name - 60 + 2] = 0x3d;
      assert.equal(withSecureBoot(store, false), null);
      await writeFile(variablesFile, store);
      await prepareFirmware({ kind: 'uefi', variablesFile, bootOrder: [], secureBoot: false });
      const made = await readFile(variablesFile);
      assert.ok(made.equals(withSecureBoot(await readFile(enrolled), false) ?? assert.fail('a switch')));
      assert.ok((await readFile(`${variablesFile}.with-secure-boot`)).equals(store));
    }));

  test('a store of another size is refused and not touched', () =>
    inDirectory(async (directory) => {
      const variablesFile = join(directory, 'vars.fd');
      await copyFile('/usr/share/OVMF/OVMF_VARS.fd', variablesFile);
      const before = await readFile(variablesFile);
      await assert.rejects(
        prepareFirmware({ kind: 'uefi', secureBoot: false, variablesFile, bootOrder: [] }),
        DomainError,
      );
      assert.ok((await readFile(variablesFile)).equals(before));
    }));
});
