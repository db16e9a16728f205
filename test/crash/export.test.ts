import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { settingsText } from '../../src/client/settings-text.ts';
import { Service } from '../kit/service.ts';
import { contentOf } from '../vhd/disks.ts';
import { Bench, type Death, SERVICE } from './crash-case.ts';
import { tree } from './left-overs.ts';

const MIB = 1024 * 1024;
const MORTAL = join(import.meta.dirname, 'mortal-service.ts');

describe('hardening 24, J10 kill -9 of the service while it exports: all of it is there or nothing', () => {
  let directory = '';
  let disk = '';
  let service: Service;
  let bench: Bench;
  let id = '';
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vsms-x-'));
    disk = join(directory, 'disk.raw');
    await writeFile(disk, randomBytes(24 * MIB));
    service = await Service.start({ hypervisor: 'simulated', dataDirectory: directory, program: MORTAL });
    bench = new Bench(service, disk);
    id = await bench.create();
  });
  after(async () => {
    bench.close();
    await service[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  /** Other exports lie there too, and must stay as they are. */
  const other = 'Virtual Machines/other.vmcx';
  const out = (): string => join(directory, 'exports');
  const target = (subdirectory: boolean): string => (subdirectory ? join(out(), 'victim') : out());

  const prepare = async (): Promise<void> => {
    await rm(out(), { recursive: true, force: true });
    await mkdir(join(out(), 'Virtual Machines'), { recursive: true });
    await writeFile(join(out(), other), 'of somebody else');
  };

  const operate = (subdirectory: boolean): Promise<unknown> =>
    bench.client.run(SERVICE, 'ExportSystemDefinition', {
      ComputerSystem: bench.reference(id),
      ExportDirectory: out(),
      ExportSettingData: settingsText('Msvm_VirtualSystemExportSettingData', {
        CreateVmExportSubdirectory: subdirectory,
      }),
    });

  /** Is the export there? A part of one is an error, and so is a trace of none. */
  const isThere = async (subdirectory: boolean, label: string): Promise<boolean> => {
    const below = subdirectory ? 'victim/' : '';
    const names = new Set(await tree(out()));
    assert.ok(names.delete('Virtual Machines') || !subdirectory, label);
    assert.ok(names.delete(other), `${label}: the export of somebody else`);
    if (!names.has(`${below}Virtual Machines/${id}.vmcx`)) {
      assert.deepEqual([...names], [], `${label}: nothing is left`);
      return false;
    }
    for (const folder of ['', 'Virtual Machines', 'Virtual Hard Disks', 'Snapshots'])
      names.delete(`${below}${folder}`.replace(/\/$/, ''));
    assert.deepEqual(
      [...names].toSorted(),
      [`${below}Virtual Hard Disks/disk.vhdx`, `${below}Virtual Machines/${id}.vmcx`],
      label,
    );
    const made = join(target(subdirectory), 'Virtual Hard Disks/disk.vhdx');
    assert.ok((await readFile(disk)).equals(await contentOf(made)), `${label}: the disk`);
    return true;
  };

  /** One death, and what is found after the next start. */
  const die = async (death: Death, subdirectory: boolean): Promise<boolean> => {
    const label = JSON.stringify({ ...death, subdirectory });
    await prepare();
    if ('commit' in death) await service.ask({ order: 'arm', ...death });
    const outcome = operate(subdirectory).catch(() => undefined);
    if ('ms' in death) {
      await sleep(death.ms);
      process.kill(service.pid, 'SIGKILL');
    }
    await service.ended();
    await outcome;
    bench.close();
    await service.run();
    bench = new Bench(service, disk);
    for (const state of await bench.jobStates()) assert.ok(state >= 7, `${label}: a job is in state ${state}`);
    assert.deepEqual(await bench.states(), new Map([[id, 3]]), label);
    const there = await isThere(subdirectory, label);
    if (!there) {
      await operate(subdirectory);
      assert.ok(await isThere(subdirectory, `${label}, done again`));
    }
    return there;
  };

  for (const subdirectory of [true, false]) {
    test(`at every commit, ${subdirectory ? 'a folder of its own' : 'a folder that is in use'}`, async () => {
      await prepare();
      await service.ask({ order: 'arm', commit: -1, when: 'before' });
      await operate(subdirectory);
      const { commits } = (await service.ask({ order: 'count' })) as { commits: number };
      assert.ok(commits >= 3, `${commits} commits`);
      const found: boolean[] = [];
      for (let commit = 0; commit < commits; commit++)
        for (const when of ['before', 'after'] as const) found.push(await die({ commit, when }, subdirectory));
      assert.equal(found.at(0), false);
      assert.equal(found.at(-1), true);
    });

    test(`at any moment, ${subdirectory ? 'a folder of its own' : 'a folder that is in use'}`, async () => {
      const found: boolean[] = [];
      for (const ms of [5, 15, 30, 50, 80, 120, 170]) found.push(await die({ ms }, subdirectory));
      assert.equal(found.at(0), false);
    });
  }
});
