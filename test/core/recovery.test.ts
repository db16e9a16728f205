import assert from 'node:assert/strict';
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { onTimeAt } from '../../src/core/systems/power/power-states.ts';
import { findSavedState } from '../../src/core/systems/power/saved-state.ts';
import { CALLER, makeWorld, type World } from './kit.ts';

const stateDirectory = (world: World, id = ''): string => join(world.directory, 'data', 'state', 'systems', id);

describe('a restart of the service (K18, K20)', () => {
  test('systems, names and times are as before; running guests run on and are controlled', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define({ values: { ElementName: 'web1' } });
    await world.request(id, 2);
    await world.clock.advance(7000);
    const before = world.system(id);
    await world.restart();
    await world.clock.advance(3000);
    const after = world.system(id);
    assert.equal(after.power, 'running');
    assert.deepEqual(after.process, before.process);
    assert.ok(onTimeAt(after, world.clock.now()) >= 10_000);
    assert.equal([...world.core.graph.systemsNamed('web1')].length, 1);
    assert.equal((await world.request(id, 9)).state, 7);
    await world.restart();
    assert.equal(world.system(id).power, 'paused');
    assert.equal((await world.request(id, 2)).state, 7);
    assert.equal((await world.request(id, 3)).state, 7);
  });

  test('a guest that died meanwhile is off, and stays so', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.core.close();
    world.faults.crash(id);
    await world.eventually(() =>
      access(join(world.directory, 'run', id, 'simulated.json')).then(
        () => false,
        () => true,
      ),
    );
    await world.restart({ crash: true });
    const after = world.system(id);
    assert.deepEqual([after.power, after.process, after.requestedState], ['off', null, 12]);
    assert.ok(world.problems.some((text) => text.includes('not running any more')));
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('a guest that does not answer is not taken for dead: unknown, and taken over when it answers', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    const { process } = world.system(id);
    world.faults.fail('adopt', { times: 3 });
    await world.restart();
    assert.equal(world.system(id).power, 'unknown');
    assert.deepEqual(world.system(id).process, process);
    await world.eventually(() => world.system(id).power === 'running');
    assert.deepEqual(world.system(id).process, process);
    assert.equal((await world.request(id, 3)).state, 7);
  });

  test('a guest that does not answer can be turned off', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    world.faults.fail('adopt', { times: Number.POSITIVE_INFINITY });
    await world.restart();
    assert.equal(world.system(id).power, 'unknown');
    await assert.rejects(world.request(id, 2));
    assert.equal((await world.request(id, 3)).state, 7);
    assert.equal(world.system(id).power, 'off');
    await world.restart();
    assert.equal(world.system(id).power, 'off');
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('saved systems stay saved and restore', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.request(id, 6);
    await world.restart();
    assert.equal(world.system(id).power, 'saved');
    assert.equal((await world.request(id, 2)).state, 7);
  });

  for (const [what, state] of [
    ['a pause', 9],
    ['a save', 6],
    ['a shut down', 4],
    ['a turn off', 3],
  ] as const) {
    test(`${what} that was interrupted: the job ends 10, the state is a stable one`, async (t) => {
      const world = await makeWorld(t);
      const { id } = await world.define();
      await world.request(id, 2);
      const job = await world.core.operations.requestState(CALLER, id, state);
      await world.restart();
      assert.ok(['running', 'paused', 'off', 'saved'].includes(world.system(id).power), world.system(id).power);
      assert.equal(world.system(id).requestedState, 12);
      const end = world.core.graph.job(job.id);
      assert.ok(end !== undefined && end.endedAt !== null);
      const next = world.system(id).power === 'running' ? 3 : 2;
      assert.equal((await world.request(id, next)).state, 7);
    });
  }

  test('a save whose machine had ended is complete, even when its file had not got its name yet', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.request(id, 6);
    // The moment between the machine's end and the name: the file is written, and still has the ending of a part.
    const name = world.system(id).savedState ?? '';
    const file = join(stateDirectory(world, id), name);
    await rename(file, `${file}.part`);
    assert.equal(await findSavedState(stateDirectory(world, id), 'saved-99.vmstate'), false);
    assert.equal(await findSavedState(stateDirectory(world, id), name), true);
    assert.deepEqual(await readdir(stateDirectory(world, id)), [name]);
    assert.equal((await world.request(id, 2)).state, 7);
  });

  test('a save that was interrupted half-way is undone: the machine ran on', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    await world.request(id, 2);
    await world.core.operations.requestState(CALLER, id, 6);
    await world.eventually(async () =>
      (await readdir(stateDirectory(world, id)).catch(() => [])).some((name) => name.endsWith('.vmstate.new')),
    );
    // As after a kill: nothing of the former service does anything any more.
    const record = join(world.directory, 'run', id, 'simulated.json');
    const { guest } = JSON.parse(await readFile(record, 'utf8')) as { guest: { since: number | null } };
    assert.notEqual(guest.since, null);
  });

  test('what a crash left in the private folders goes', async (t) => {
    const world = await makeWorld(t);
    const { id } = await world.define();
    const orphan = 'A1576C71-F505-4D1B-9B78-2CFD971B0F31';
    await mkdir(stateDirectory(world, orphan), { recursive: true });
    const run = (name: string): string => join(world.directory, 'run', name);
    for (const name of [orphan, '0D1B2C3D-F505-4D1B-9B78-2CFD971B0F31', 'not-ours'])
      await mkdir(run(name), { recursive: true });
    await mkdir(stateDirectory(world, id), { recursive: true });
    await mkdir(stateDirectory(world, 'not-ours'), { recursive: true });
    await writeFile(join(stateDirectory(world, id), 'saved-9.vmstate'), 'x');
    await writeFile(join(stateDirectory(world, id), 'saved-9.vmstate.new'), 'x');
    await writeFile(join(stateDirectory(world, id), 'saved-9.vmstate.part'), 'x');
    await writeFile(join(stateDirectory(world, id), 'saved-9.vmstate.part.new'), 'x');
    await writeFile(join(stateDirectory(world, id), 'saved-9.vmstate.part.partial'), 'x');
    await writeFile(join(stateDirectory(world, id), 'uefi-variables.fd'), 'x');
    await world.restart();
    assert.deepEqual((await readdir(stateDirectory(world))).toSorted(), [id, 'not-ours'].toSorted());
    assert.deepEqual(await readdir(stateDirectory(world, id)), ['uefi-variables.fd']);
    assert.deepEqual(await readdir(run('')), ['not-ours']);
  });
});

describe('a restart of the host (K20)', () => {
  test('automatic starts: once per boot, as AutomaticStartupAction says, by delay and sequence', async (t) => {
    const world = await makeWorld(t);
    const define = async (name: string, values: Record<string, string | number>): Promise<string> =>
      (await world.define({ values: { ElementName: name, ...values } })).id;
    const never = await define('never', { AutomaticStartupAction: 2 });
    const wasOn = await define('was on', { AutomaticStartupAction: 3 });
    const wasOff = await define('was off', { AutomaticStartupAction: 3 });
    const late = await define('late', {
      AutomaticStartupAction: 4,
      AutomaticStartupActionDelay: '00000000000010.000000:000',
    });
    const second = await define('second', { AutomaticStartupAction: 4, AutomaticStartupActionSequenceNumber: 2 });
    const firstOne = await define('first', { AutomaticStartupAction: 4, AutomaticStartupActionSequenceNumber: 1 });
    for (const id of [never, wasOn]) await world.request(id, 2);
    await world.core.close();
    for (const id of [never, wasOn]) world.faults.crash(id);
    const seen = world.changes.length;
    await world.restart({ crash: true, bootId: 'boot-2' });
    await world.eventually(() => world.system(late).power === 'running');
    const order = world.changes
      .slice(seen)
      .flatMap((change) => (change.kind === 'system' && change.after?.power === 'starting' ? [change.after.id] : []));
    assert.deepEqual([...new Set(order)], [firstOne, second, wasOn, late]);
    assert.equal(world.system(never).power, 'off');
    assert.equal(world.system(wasOff).power, 'off');
    await world.request(second, 3);
    await world.restart({ bootId: 'boot-2' });
    await world.clock.advance(60_000);
    assert.equal(world.system(second).power, 'off');
  });

  test('automatic stops: turn off, save, shut down or else save; what ran comes back after the boot', async (t) => {
    const world = await makeWorld(t, { timeouts: { guestMs: 5000 } });
    const ids: string[] = [];
    for (const action of [2, 3, 4, 4])
      ids.push((await world.define({ values: { AutomaticShutdownAction: action } })).id);
    for (const id of ids) await world.request(id, 2);
    await world.clock.advance(5000);
    const [off = '', saved = '', down = '', deaf = ''] = ids;
    world.faults.hang(deaf);
    await world.until(world.core.stopForHost());
    assert.deepEqual(
      [off, saved, down, deaf].map((id) => world.system(id).power),
      ['off', 'saved', 'off', 'saved'],
    );
    await world.restart({ bootId: 'boot-2' });
    await world.eventually(() => ids.every((id) => world.system(id).power === 'running'));
  });
});
