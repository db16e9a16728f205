import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { nanoImage } from '../guests/guest-images.ts';
import { CASES, CrashBench, type CrashCase } from './crash-case.ts';

/*
 * A full disk below the store, from each commit of a transition on, on both hypervisors (issue 4 §2): the client is told, and
 * what the machine has done is recorded when there is room, without a restart. Every verb: test/core/refused-records.test.ts.
 */

const NAMES = ['start', 'save', 'turn off'];
const chosen: readonly CrashCase[] = CASES.filter(({ name }) => NAMES.includes(name));

for (const hypervisor of ['simulated', 'qemu'] as const) {
  describe(`a store that refuses what a machine has done, ${hypervisor}`, () => {
    test('start, save, turn off', async () => {
      const image = await nanoImage();
      const directory = await mkdtemp(join(tmpdir(), 'vsms-r-'));
      try {
        const disk = join(directory, 'disk.raw');
        await copyFile(image, disk);
        await using bench = await CrashBench.open({ hypervisor, dataDirectory: directory }, disk);
        assert.equal(chosen.length, NAMES.length);
        for (const each of chosen) {
          const rehearsed = await bench.rehearse(each);
          for (let commit = 0; commit < rehearsed.commits; commit++) {
            const { found, error } = await bench.starve(each, commit, rehearsed);
            assert.equal(found, commit === 0 ? 'old' : 'new', `${each.name}, commit ${commit}: ${error}`);
            assert.match(error, commit === 0 ? /the disk is full/ : /could not be stored[^]*the disk is full/);
          }
        }
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    });
  });
}
