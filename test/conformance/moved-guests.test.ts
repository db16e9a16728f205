import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sourceFiles } from '../../src/client/transfer.ts';
import { diskHash } from '../kit/disk-hash.ts';
import { PlanSteps } from '../kit/plan-steps.ts';
import { askHello, extendPcr, readPcr, uefiHello, uefiMachine, uefiNumbers } from '../kit/uefi-guest.ts';
import { changeWord, guestInfo, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

describe('a real guest moves to another host while it runs, with a checkpoint: the same by hashes and by its memory', () => {
  let here: WireHost;
  let there: WireHost;
  before(async () => {
    here = await WireHost.open('qemu');
    there = await WireHost.open('qemu');
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
    await there[Symbol.asyncDispose]();
  });

  const hashes = async (host: WireHost, id: string, checkpoint: string): Promise<readonly string[]> => {
    const snapshots = new WireSnapshots(host);
    const data = host.service.dataDirectory;
    const files = [...(await snapshots.files(`Microsoft:${id}`)), ...(await snapshots.files(checkpoint))];
    assert.equal(files.length, 2);
    return Promise.all(files.map((file) => diskHash(data, [data], file)));
  };

  /** Until nobody writes to the disks in the background. */
  const atRest = async (host: WireHost, id: string): Promise<void> => {
    await host.until('the current disk has left the export', async () =>
      (await sourceFiles(host.client, host.system(id))).every(({ ofCheckpoint }) => ofCheckpoint),
    );
    await new WireSnapshots(host).merged(id);
  };

  /** What is in the memory of the running guest, and on its disk. */
  const wordsOf = async (host: WireHost): Promise<readonly [memory: number, disk: number]> => {
    using line = await host.serial('moves');
    const { word } = await guestInfo(line);
    return [word, Number((await line.ask('r', /SEQ (\d+)/))[1])];
  };

  test('exported, imported, realized, started', async () => {
    const id = await here.nano('moves');
    await here.standardCheckpoints(id);
    await here.change(id, 2);
    {
      using line = await here.serial('moves');
      await guestInfo(line);
      await changeWord(line);
    }
    const atCheckpoint = await wordsOf(here);
    const checkpoint = await new WireSnapshots(here).take(id);
    {
      using line = await here.serial('moves');
      await changeWord(line);
      await changeWord(line);
    }
    const atExport = await wordsOf(here);
    assert.notDeepEqual(atExport, atCheckpoint);
    const steps = new PlanSteps(here);
    const definition = await steps.export(id, 'moves');
    assert.equal(await here.state(id), 2, 'the guest goes on');
    assert.deepEqual(await wordsOf(here), atExport);
    await here.change(id, 3);
    await new WireSnapshots(here).merged(id);
    assert.deepEqual(await new WireSnapshots(here).list(id), [checkpoint]);
    // The guest wrote nothing since: its disks are those of the export.
    const expected = await hashes(here, id, checkpoint);
    assert.notEqual(expected[0], expected[1]);

    const target = new PlanSteps(there);
    const { windows, linux } = target.folder('moves');
    await cp(steps.folder('moves').linux, linux, { recursive: true });
    const plan = await target.import(definition, false, `${windows}\\Snapshots`);
    const { state, findings } = await target.validate(plan);
    assert.deepEqual([state, [...findings.keys()]], [32768, ['90015']]);
    assert.equal(await target.realize(plan), id);
    assert.equal(await there.state(id), 6);
    await atRest(there, id);
    assert.deepEqual(await hashes(there, id, checkpoint), expected);
    await there.change(id, 2);
    assert.deepEqual(await wordsOf(there), atExport, 'it goes on in the middle');
    await there.change(id, 3);
    await new WireSnapshots(there).apply(checkpoint);
    assert.equal(await there.state(id), 6);
    await there.change(id, 2);
    assert.deepEqual(await wordsOf(there), atCheckpoint, 'so does its checkpoint');
    await there.change(id, 3);
    // The current disk lies over the export again: what it needs is copied once more.
    await atRest(there, id);
    assert.equal((await hashes(there, id, checkpoint))[1], expected[1]);
    assert.ok(linux.startsWith(join(there.service.dataDirectory, 'drives')));
  });
});

describe('a real guest with UEFI variables and a TPM moves to another host', () => {
  let here: WireHost;
  let there: WireHost;
  before(async () => {
    here = await WireHost.open('qemu');
    there = await WireHost.open('qemu');
  });
  after(async () => {
    await here[Symbol.asyncDispose]();
    await there[Symbol.asyncDispose]();
  });

  const found = async (host: WireHost) => {
    using line = await host.serial('uefi');
    return { hello: await askHello(line), numbers: await uefiNumbers(line), pcr: await readPcr(line) };
  };

  test('as it runs, with a checkpoint: variables, TPM and memory of each moment', async () => {
    const id = await uefiMachine(here, 'uefi', { tpm: true });
    await here.change(id, 2);
    {
      using line = await here.serial('uefi');
      await uefiHello(line);
      await changeWord(line);
      await extendPcr(line);
    }
    const atCheckpoint = await found(here);
    const checkpoint = await new WireSnapshots(here).take(id);
    {
      using line = await here.serial('uefi');
      await changeWord(line);
      await extendPcr(line);
    }
    const atExport = await found(here);
    assert.deepEqual(atExport.numbers, { memory: 2, variable: 2, tpm: 2, disk: 2, torn: 0 });
    const steps = new PlanSteps(here);
    const definition = await steps.export(id, 'uefi');
    await here.change(id, 3);

    const target = new PlanSteps(there);
    const { windows, linux } = target.folder('uefi');
    await cp(steps.folder('uefi').linux, linux, { recursive: true });
    const plan = await target.import(definition, false, `${windows}\\Snapshots`);
    assert.equal(await target.realize(plan), id);
    await there.change(id, 2);
    assert.deepEqual(await found(there), atExport);
    await there.change(id, 3);
    await there.change(id, 2);
    {
      using line = await there.serial('uefi');
      await uefiHello(line);
      assert.deepEqual(await uefiNumbers(line), { ...atExport.numbers, memory: 0 }, 'also from cold');
    }
    await there.change(id, 3);
    await new WireSnapshots(there).apply(checkpoint);
    await there.change(id, 2);
    assert.deepEqual(await found(there), atCheckpoint);
    await there.change(id, 3);
  });
});

describe('a disk that a real guest has open', () => {
  let host: WireHost;
  before(async () => {
    host = await WireHost.open('qemu');
  });
  after(() => host[Symbol.asyncDispose]());

  const exportTo = (id: string, name: string): Promise<string> => new PlanSteps(host).export(id, name);

  for (const format of ['raw', 'dynamic VHDX'] as const)
    test(`${format}: its own machine is exported while it runs, with a checkpoint; another machine that has it is not`, async () => {
      const name = `held-${format.replace(' ', '-')}`;
      const id = await host.nano(name, format);
      const [file = ''] = await new WireSnapshots(host).files(`Microsoft:${id}`);
      const other = await host.machines.create({
        name: `other-${name}`,
        generation: 1,
        memoryMb: 64,
        processors: 1,
        disks: [file],
        isos: [],
        switch: null,
        serial: null,
        secureBoot: false,
        notes: '',
      });
      await host.change(id, 2);
      await assert.rejects(exportTo(other, `refused-${name}`), /is in use by another machine or program/);
      await exportTo(id, name);
      await new WireSnapshots(host).take(id);
      await exportTo(id, `again-${name}`);
      assert.equal(await host.state(id), 2, 'the guest goes on');
      await host.change(id, 3);
      await new WireSnapshots(host).merged(id);
      await exportTo(other, `other-${name}`);
    });
});
