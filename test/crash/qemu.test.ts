import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { nanoImage } from '../guests/guest-images.ts';
import { CASES, CrashBench, type CrashCase, TPM_CASES } from './crash-case.ts';
import { liveCases } from './live-cases.ts';

/** Those in which QEMU takes part; the others are the same commits as on the simulated hypervisor. */
const WITH_QEMU = ['destroy saved', 'start', 'save', 'restore', 'turn off'];
const WITH_TPM = TPM_CASES.filter(({ name }) => name !== 'give a vTPM');

describe('hardening 24: kill -9 of the service at every commit, real machines', () => {
  let directory = '';
  let bench: CrashBench;
  before(async () => {
    const image = await nanoImage();
    directory = await mkdtemp(join(tmpdir(), 'vsms-q-'));
    const disk = join(directory, 'disk.raw');
    await copyFile(image, disk);
    bench = await CrashBench.open({ hypervisor: 'qemu', dataDirectory: directory }, disk);
  });
  after(async () => {
    await bench[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  for (const each of [...CASES.filter(({ name }) => WITH_QEMU.includes(name)), ...WITH_TPM]) {
    test(each.name, async () => {
      const rehearsed = await bench.rehearse(each);
      const found: string[] = [];
      for (let commit = 0; commit < rehearsed.commits; commit++)
        for (const when of ['before', 'after'] as const) found.push(await bench.die(each, { commit, when }, rehearsed));
      assert.equal(found.at(0), 'old');
      assert.equal(found.at(-1), 'new');
    });
  }

  test('start and turn off with a VHDX, which a daemon of its own serves', async () => {
    const vhdx = join(directory, 'second.vhdx');
    await promisify(execFile)('qemu-img', ['create', '-q', '-f', 'vhdx', vhdx, '8M']);
    const start: CrashCase = {
      name: 'start with a VHDX',
      prepare: (own) => own.create('victim', [vhdx]),
      operate: (own, id) => own.request(id, 2),
    };
    const turnOff: CrashCase = {
      name: 'turn off with a VHDX',
      prepare: async (own) => {
        const id = await own.create('victim', [vhdx]);
        await own.request(id, 2);
        return id;
      },
      operate: (own, id) => own.request(id, 3),
    };
    for (const each of [start, turnOff]) {
      const rehearsed = await bench.rehearse(each);
      for (const ms of [15, 50, 100, 200]) await bench.die(each, { ms }, rehearsed);
    }
  });

  /** QEMU has the device before the record names it: what is not recorded must be gone when it is done again. */
  test('devices of a running machine come and go', async () => {
    const second = join(directory, 'second.img');
    await writeFile(second, Buffer.alloc(1 << 20));
    for (const each of liveCases(() => second)) {
      const rehearsed = await bench.rehearse(each);
      assert.notDeepEqual(rehearsed.old, rehearsed.new);
      for (let commit = 0; commit < rehearsed.commits; commit++)
        for (const when of ['before', 'after'] as const) await bench.die(each, { commit, when }, rehearsed);
    }
  });

  // Between the commits are processes that start, sockets, files: the moments are the machine's own, whatever they meet.
  for (const name of ['start', 'save', 'restore']) {
    test(`${name}, at moments between the commits`, async () => {
      const each = CASES.find((known) => known.name === name) ?? assert.fail();
      const rehearsed = await bench.rehearse(each);
      for (const ms of [10, 30, 60, 120, 240]) await bench.die(each, { ms }, rehearsed);
    });
  }
});
