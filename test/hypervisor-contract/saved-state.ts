import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { access, open as openFile, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DomainError } from '../../src/core/errors.ts';
import { assertStopped, Bench, noSignal, type OpenHypervisor, record } from './kit.ts';

const unseen = (): void => undefined;

/** Save and restore. */
export const savedStateContract = (open: OpenHypervisor): void => {
  test('L3 save ends the process and writes a file; restore brings the memory back, and again', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events, ended } = record(machine);
    const word = await bench.changeMemory(spec);
    const file = join(bench.under.directory, 'saved');
    const fractions: number[] = [];
    await bench.until(machine.save(file, (fraction) => fractions.push(fraction), noSignal));
    await bench.until(ended);
    assert.equal(events.length, 1);
    assertStopped(events[0], 'host');
    assert.ok((await stat(file)).size > 0);
    assert.equal((await stat(file)).mode & 0o077, 0, 'memory is for nobody else to read');
    assert.ok(fractions.length > 0 && fractions.every((fraction) => fraction >= 0 && fraction <= 1));
    await using handle = await openFile(file);
    const { processors, adapters, memoryMb } = await bench.hypervisor.describeState(handle);
    assert.deepEqual([processors, adapters], [spec.processors, spec.adapters.map(({ id }) => id)]);
    assert.ok(memoryMb === null || memoryMb === spec.memory.mb);
    await using damaged = await openFile(`${file}.cut`, 'wx+');
    await damaged.write((await readFile(file)).subarray(0, -1));
    await assert.rejects(bench.hypervisor.describeState(damaged), DomainError);
    // The file is the caller's: it is there until the caller removes it.
    for (let times = 0; times < 2; times++) {
      const restored = await bench.start(spec, file);
      assert.equal(await bench.readMemory(spec), word);
      await bench.turnOff(restored);
    }
  });

  test('a paused machine is saved; restored it runs, or is paused if that is asked', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    await bench.until(machine.pause());
    const file = join(bench.under.directory, 'saved');
    await bench.until(machine.save(file, unseen, noSignal));
    const running = await bench.start(spec, file);
    const { events } = record(running);
    assert.equal(await bench.readMemory(spec), word);
    assert.deepEqual(events, []);
    await bench.turnOff(running);
    const paused = await bench.until(
      bench.hypervisor.start(spec, { savedState: file, signal: noSignal, paused: true }),
    );
    const next = await bench.until(bench.under.restart());
    const adopted = await bench.until(next.adopt(spec, paused.process));
    assert.equal(adopted?.state, 'paused');
    await bench.until(adopted.machine.resume());
    assert.equal(await bench.readMemory(spec), word);
    await bench.turnOff(adopted.machine);
  });

  test('a save that is cancelled leaves no file, and the guest goes on: before it, at once, on its way', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const { events } = record(machine);
    const word = await bench.changeMemory(spec);
    const file = join(bench.under.directory, 'saved');
    const cancelled = new DomainError('failed', 'cancelled');
    await bench.refuses(machine.save(file, unseen, AbortSignal.abort(cancelled)));
    for (const turns of [0, 1, 10]) {
      const abort = new AbortController();
      const saving = machine.save(file, unseen, abort.signal);
      saving.catch(unseen);
      for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
      abort.abort(cancelled);
      await bench.refuses(saving);
    }
    assert.deepEqual(
      (await readdir(bench.under.directory)).filter((name) => name.startsWith('saved')),
      [],
    );
    assert.equal(await bench.readMemory(spec), word);
    assert.deepEqual(events, [], 'it was stopped and went on within the call');
    await bench.turnOff(machine);
  });

  test('a paused machine whose save is cancelled stays paused', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    await bench.until(machine.pause());
    const abort = new AbortController();
    const saving = machine.save(join(bench.under.directory, 'saved'), unseen, abort.signal);
    abort.abort(new DomainError('failed', 'cancelled'));
    await bench.refuses(saving);
    const next = await bench.until(bench.under.restart());
    const adopted = await bench.until(next.adopt(spec, machine.process));
    assert.equal(adopted?.state, 'paused');
    await bench.turnOff(adopted.machine);
  });

  test('a save that cannot write its file fails, and the guest goes on', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    const file = join(bench.under.directory, 'no such folder', 'saved');
    await bench.refuses(machine.save(file, unseen, noSignal));
    assert.equal(await bench.readMemory(spec), word);
    await bench.turnOff(machine);
  });

  test('to turn off wins over a save: either it was done or there is no file', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const file = join(bench.under.directory, 'saved');
    const machine = await bench.startReady(spec);
    const { events, ended } = record(machine);
    const saving = machine.save(file, unseen, noSignal).then(
      () => 'saved',
      () => 'failed',
    );
    await bench.turnOff(machine);
    const outcome = await bench.until(saving);
    await bench.until(ended);
    assert.equal(events.length, 1);
    assertStopped(events[0], 'host');
    if (outcome === 'failed') await assert.rejects(access(file), { code: 'ENOENT' });
    await bench.turnOff(await bench.start(spec, outcome === 'saved' ? file : null));
  });

  test('a saved state that is missing, damaged, or of another machine is refused; it starts without', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const file = join(bench.under.directory, 'saved');
    await bench.refuses(bench.start(spec, file), { hresult: '0x80070002', text: file });
    const machine = await bench.startReady(spec);
    await bench.until(machine.save(file, unseen, noSignal));
    await bench.refuses(bench.start({ ...spec, processors: spec.processors + 1 }, file), { code: 'invalidState' });
    const more = { id: 'another', mac: '00155D00AAAA', emulated: false, network: { kind: 'none' } } as const;
    await bench.refuses(bench.start({ ...spec, adapters: [...spec.adapters, more] }, file), { code: 'invalidState' });
    const bytes = await readFile(file);
    const damage: Readonly<Record<string, Buffer>> = {
      half: bytes.subarray(0, Math.floor(bytes.length / 2)),
      short: bytes.subarray(0, -1),
      empty: Buffer.alloc(0),
      'a changed byte': Buffer.from(bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))),
      'no saved state': Buffer.from('PK\x03\x04'),
    };
    for (const [name, content] of Object.entries(damage)) {
      await writeFile(file, content);
      await assert.rejects(bench.start(spec, file), DomainError, name);
    }
    await writeFile(file, bytes);
    await bench.turnOff(await bench.start(spec, file));
    await bench.turnOff(await bench.start(spec));
  });

  test('many machines start from the shared form of a saved state, each with memory of its own from then on', async () => {
    await using bench = await Bench.open(open);
    const [source, one, two, maker] = [
      await bench.under.makeSpec(),
      await bench.under.makeSpec(),
      await bench.under.makeSpec(),
      await bench.under.makeSpec(),
    ];
    const machine = await bench.startReady(source);
    const word = await bench.changeMemory(source);
    const saved = join(bench.under.directory, 'saved');
    await bench.until(machine.save(saved, unseen, noSignal));
    const target = join(bench.under.directory, 'shared');
    const options = { savedState: saved, target, progress: unseen, signal: noSignal };
    await bench.until(bench.hypervisor.shareState(maker, options));
    const left = (await readdir(bench.under.directory)).filter((name) => name.startsWith('shared'));
    assert.deepEqual(left, ['shared'], 'nothing but the file');
    assert.equal((await stat(target)).mode & 0o077, 0, 'memory is for nobody else to read');
    const digest = async (): Promise<string> =>
      createHash('sha256')
        .update(await readFile(target))
        .digest('hex');
    const before = await digest();
    const machines = [await bench.start(one, target), await bench.start(two, target)] as const;
    for (const spec of [one, two]) assert.equal(await bench.readMemory(spec), word);
    const changed = await bench.changeMemory(one);
    assert.notEqual(changed, word);
    assert.equal(await bench.readMemory(two), word);
    assert.equal(await digest(), before, 'nobody writes to what is shared');
    // One of them is saved as any other, the form is made of itself, and it does not matter that the file goes away.
    const again = join(bench.under.directory, 'again');
    await bench.until(machines[0].save(again, unseen, noSignal));
    await bench.until(bench.hypervisor.shareState(maker, { ...options, savedState: target, target: `${target}-2` }));
    await rm(target);
    assert.equal(await bench.readMemory(two), word);
    await bench.turnOff(machines[1]);
    const restored = [await bench.start(one, again), await bench.start(two, `${target}-2`)] as const;
    assert.equal(await bench.readMemory(one), changed);
    assert.equal(await bench.readMemory(two), word);
    for (const each of restored) await bench.turnOff(each);
  });

  test('the shared form that cannot be made leaves nothing, and the machine of that identifier can start', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const saved = join(bench.under.directory, 'saved');
    const target = join(bench.under.directory, 'shared');
    const options = { savedState: saved, target, progress: unseen, signal: noSignal };
    await bench.refuses(bench.hypervisor.shareState(spec, options), { hresult: '0x80070002' });
    const machine = await bench.startReady(spec);
    await bench.refuses(bench.hypervisor.shareState(spec, options));
    const word = await bench.changeMemory(spec);
    await bench.until(machine.save(saved, unseen, noSignal));
    const abort = new AbortController();
    const sharing = bench.hypervisor.shareState(spec, { ...options, signal: abort.signal });
    abort.abort(new DomainError('failed', 'cancelled'));
    await bench.refuses(sharing);
    const changed = { ...spec, processors: spec.processors + 1 };
    await bench.refuses(bench.hypervisor.shareState(changed, options), { code: 'invalidState' });
    assert.deepEqual(
      (await readdir(bench.under.directory)).filter((name) => name.startsWith('shared')),
      [],
    );
    const restored = await bench.start(spec, saved);
    assert.equal(await bench.readMemory(spec), word);
    await bench.turnOff(restored);
  });

  test('a restore that is cancelled leaves the saved state as it was', async () => {
    await using bench = await Bench.open(open);
    const spec = await bench.under.makeSpec();
    const machine = await bench.startReady(spec);
    const word = await bench.changeMemory(spec);
    const file = join(bench.under.directory, 'saved');
    await bench.until(machine.save(file, unseen, noSignal));
    const abort = new AbortController();
    const starting = bench.hypervisor.start(spec, { savedState: file, signal: abort.signal });
    abort.abort(new DomainError('failed', 'cancelled'));
    await bench.refuses(starting);
    const restored = await bench.start(spec, file);
    assert.equal(await bench.readMemory(spec), word);
    await bench.turnOff(restored);
  });
};
