import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Machine } from '../../src/core/ports.ts';
import type { MachineSpec } from '../../src/core/machine-spec.ts';
import { nanoImage } from '../guests/guest-images.ts';
import { generationBytes, ideDisk, machineSpec, notCancelled, SerialLine, TestHost } from './kit.ts';

/*
 * K30: the GUID that a guest reads in its own memory, where the firmware has put it for the generation id device (QEMU's
 * docs/specs/vmgenid.txt). The memory is looked at in saved states.
 */

const unseen = (): void => undefined;

const answer = async (spec: MachineSpec): Promise<string> => {
  using line = await SerialLine.connect(spec.serialPorts[0]?.socket ?? '');
  return (await line.ask('i', /INFO ticks=\d+ seq=(\d+) mem/))[1] ?? '';
};

describe('the generation id of a guest', () => {
  test('stays when it is saved and restored; another one is in its memory when it was set back or forked', async () => {
    await using host = await TestHost.make();
    const hypervisor = await host.hypervisor();
    const disk = host.path('disk');
    await copyFile(await nanoImage(), disk);
    const spec = machineSpec(host, { disks: [ideDisk(disk)], generationId: randomUUID().toUpperCase() });
    let states = 0;
    const save = async (machine: Machine): Promise<string> => {
      const file = host.path(`saved-${states++}`);
      await machine.save(file, unseen, notCancelled);
      return file;
    };
    const start = async (each: MachineSpec, savedState: string | null): Promise<Machine> => {
      const machine = host.keep(await hypervisor.start(each, { savedState, signal: notCancelled }));
      await answer(each);
      return machine;
    };
    const has = async (file: string, { generationId }: MachineSpec): Promise<boolean> =>
      (await readFile(file)).includes(generationBytes(generationId));

    const first = await save(await start(spec, null));
    assert.ok(await has(first, spec));
    const restored = await save(await start(spec, first));
    assert.ok(await has(restored, spec));

    const applied = { ...spec, generationId: randomUUID() };
    const setBack = await save(await start(applied, first));
    assert.deepEqual([await has(setBack, applied), await has(setBack, spec)], [true, false]);

    const shared = host.path('shared');
    await hypervisor.shareState(machineSpec(host, { disks: [ideDisk(disk)] }), {
      savedState: first,
      target: shared,
      progress: unseen,
      signal: notCancelled,
    });
    const fork = machineSpec(host, { disks: [ideDisk(disk)] });
    const forked = await save(await start(fork, shared));
    assert.deepEqual([await has(forked, fork), await has(forked, spec)], [true, false]);
  });
});
