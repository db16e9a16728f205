import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Checkpoints } from '../../src/client/checkpoints.ts';
import { extendPcr, readPcr, uefiHello, uefiMachine, uefiNumbers, type UefiNumbers } from '../kit/uefi-guest.ts';
import { changeWord, WireHost } from '../kit/wire-host.ts';
import { WireSnapshots } from '../kit/wire-snapshots.ts';

/** SnapshotType (spec snapshots §2): disks without memory. */
const DISKS = 3;

/** UEFI variables and the state of the TPM belong to the moment of a checkpoint (issue 4 §1), as a real guest finds them. */
describe('checkpoints of a machine with UEFI variables and a TPM', () => {
  let host: WireHost;
  let snapshots: WireSnapshots;
  before(async () => {
    host = await WireHost.open('qemu');
    snapshots = new WireSnapshots(host);
  });
  after(() => host[Symbol.asyncDispose]());

  const everywhere = (value: number, memory = value): UefiNumbers => ({
    memory,
    variable: value,
    tpm: value,
    disk: value,
    torn: 0,
  });
  const off = (id: string): Promise<void> => host.change(id, 3);

  /** Starts it from cold; what it finds. */
  const coldStart = async (id: string, name: string): Promise<UefiNumbers> => {
    await host.change(id, 2);
    using line = await host.serial(name);
    await uefiHello(line);
    return await uefiNumbers(line);
  };

  test('what was written after it is gone when it is applied, from memory and from cold, and in forks', async () => {
    const id = await uefiMachine(host, 'moment', { tpm: true });
    await coldStart(id, 'moment');
    const pcr = await (async () => {
      using line = await host.serial('moment');
      for (let word = 1; word <= 2; word++) assert.equal(await changeWord(line), word);
      return await extendPcr(line);
    })();
    const checkpoint = await snapshots.take(id);
    const goOn = async (words: readonly number[]): Promise<void> => {
      using line = await host.serial('moment');
      assert.deepEqual(await uefiNumbers(line), everywhere((words[0] ?? 0) - 1));
      assert.equal(await readPcr(line), pcr);
      for (const word of words) assert.equal(await changeWord(line), word);
      assert.notEqual(await extendPcr(line), pcr);
    };
    await goOn([3, 4, 5]);
    await off(id);
    const withoutMemory = await snapshots.take(id);
    await snapshots.apply(checkpoint);
    await host.change(id, 2);
    await goOn([3, 4]);
    await off(id);

    // The same without its memory: what lies in the files must be of that moment, too.
    await snapshots.apply(checkpoint);
    await off(id);
    assert.deepEqual(await coldStart(id, 'moment'), everywhere(2, 0));
    await off(id);
    await snapshots.apply(withoutMemory);
    assert.deepEqual(await coldStart(id, 'moment'), everywhere(5, 0));

    const fork = { count: 2, start: true, disconnected: false, overcommit: false };
    const forks = await new Checkpoints(host.client).fork(checkpoint.slice('Microsoft:'.length), fork, {});
    for (const [index, each] of forks.entries()) {
      using line = await host.serial(`moment-${index + 1}`);
      assert.deepEqual(await uefiNumbers(line), everywhere(2));
      assert.equal(await readPcr(line), pcr);
      // Each has its own from then on.
      for (let word = 3; word <= 3 + index; word++) assert.equal(await changeWord(line), word);
      assert.deepEqual(await uefiNumbers(line), everywhere(3 + index));
      await off(each);
    }
    assert.deepEqual(await coldStart(forks[1] ?? '', 'moment-2'), everywhere(4, 0));
    for (const each of forks) {
      if ((await host.state(each)) !== 3) await off(each);
      await host.machines.delete(each);
    }
    {
      using line = await host.serial('moment');
      assert.deepEqual(await uefiNumbers(line), everywhere(5, 0));
    }
    await off(id);
    await snapshots.apply(checkpoint);
    await host.change(id, 2);
    await goOn([3]);
    await off(id);
  });

  test('of a guest that writes without pause: disk, memory, variable and TPM are of one moment', async () => {
    const id = await uefiMachine(host, 'torn', { tpm: true });
    await coldStart(id, 'torn');
    const toggle = async (): Promise<UefiNumbers> => {
      using line = await host.serial('torn');
      await uefiNumbers(line);
      line.write('a');
      return await uefiNumbers(line);
    };
    await toggle();
    const taken: { readonly checkpoint: string; readonly memory: boolean }[] = [];
    for (const type of [2, DISKS, 2, DISKS, DISKS]) {
      taken.push({ checkpoint: await snapshots.take(id, '', type), memory: type !== DISKS });
    }
    const last = await toggle();
    assert.deepEqual(last, everywhere(last.memory), 'it was not disturbed');
    await off(id);
    let former = 0;
    for (const { checkpoint, memory } of taken) {
      await snapshots.apply(checkpoint);
      if (memory) {
        await host.change(id, 2);
        const now = await toggle();
        assert.deepEqual(now, everywhere(now.memory));
        assert.ok(now.variable > former);
      } else {
        // Between two places of one step at most, in their order.
        const { variable, tpm, disk } = await coldStart(id, 'torn');
        assert.ok(tpm !== null && disk !== null);
        assert.ok(variable >= tpm && tpm >= disk && variable - disk <= 1, `${variable} ${tpm} ${disk}`);
        assert.ok(variable >= former && variable <= last.variable);
        former = variable;
      }
      await off(id);
    }
  });
});
