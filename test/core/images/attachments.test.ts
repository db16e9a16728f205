import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HostDisk, HostDisks } from '../../../src/core/disks/host-disks.ts';
import { DomainError } from '../../../src/core/errors.ts';
import { create, done, filesOf, machineWith } from '../checkpoint-kit.ts';
import { FailingPower } from '../failing-power.ts';
import { CALLER, makeWorld, refusal } from '../kit.ts';

/** Devices that outlive the service, as those of a kernel do. */
class Devices implements HostDisks {
  readonly lack = null;
  readonly held: HostDisk[] = [];
  failing = false;
  mute = false;

  lacking: string | null = null;

  lackFor = async (): Promise<string | null> => this.lacking;

  list = async (): Promise<readonly HostDisk[]> => {
    if (this.mute) throw new DomainError('failed', 'The host does not say.');
    return [...this.held];
  };

  attach: HostDisks['attach'] = async ({ file }) => {
    if (this.failing) throw new DomainError('failed', 'There is no device left.');
    const disk = { device: `/dev/loop${this.held.length}`, file };
    this.held.push(disk);
    return disk;
  };

  detach = async (device: string): Promise<void> => {
    const at = this.held.findIndex((one) => one.device === device);
    assert.ok(at >= 0, 'a device');
    this.held.splice(at, 1);
  };
}

describe('disks that are attached to the host', () => {
  test('a restart knows them, a boot has none; no machine starts with one', async (t) => {
    const hostDisks = new Devices();
    const world = await makeWorld(t, { hostDisks });
    const id = await machineWith(world, 1);
    const file = await world.makeDisk('disk0.raw');
    done(await world.ended(await world.core.images.attach(CALLER, file, false)));
    await world.restart({ crash: true });
    assert.deepEqual(
      [...world.core.images.attached()].map(({ text, device, lun }) => ({ text, device, lun })),
      [{ text: file, device: '/dev/loop0', lun: 0 }],
    );
    const refused = await world.request(id, 2);
    assert.equal(refused.state, 10);
    assert.match(refused.errorDescription ?? '', /is attached to this host/);
    await world.core.images.detach(file);
    await world.core.images.detach(file);
    assert.deepEqual(hostDisks.held, []);
    done(await world.request(id, 2));
    await assert.rejects(world.core.images.attach(CALLER, file, false), refusal('inUse', /in use by 'vm'/));
    done(await world.request(id, 3));

    done(await world.ended(await world.core.images.attach(CALLER, file, true)));
    hostDisks.held.length = 0;
    await world.restart({ bootId: 'boot-2' });
    assert.deepEqual([...world.core.images.attached()], []);
    done(await world.request(id, 2));
  });

  test('a host that does not tell what it has: what was attached is held still, and can be detached', async (t) => {
    const hostDisks = new Devices();
    const world = await makeWorld(t, { hostDisks });
    const id = await machineWith(world, 1);
    const file = await world.makeDisk('disk0.raw');
    done(await world.ended(await world.core.images.attach(CALLER, file, false)));
    hostDisks.mute = true;
    await world.restart();
    assert.deepEqual(
      [...world.core.images.attached()].map(({ text, lun }) => ({ text, lun })),
      [{ text: file, lun: 0 }],
    );
    assert.match((await world.request(id, 2)).errorDescription ?? '', /is attached to this host/);
    await assert.rejects(world.core.images.detach(file));
    hostDisks.mute = false;
    await world.core.images.detach(file);
    assert.deepEqual(hostDisks.held, []);
    done(await world.request(id, 2));
  });

  test('what checkpoints lie over is attached to be read only', async (t) => {
    const hostDisks = new Devices();
    const world = await makeWorld(t, { hostDisks });
    const id = await machineWith(world, 1);
    const [file = ''] = filesOf(world.system(id).active);
    await create(world, id);
    await assert.rejects(world.core.images.attach(CALLER, file, false), refusal('invalidState', /lie over/));
    assert.deepEqual(hostDisks.held, []);
    done(await world.ended(await world.core.images.attach(CALLER, file, true)));
    assert.equal(hostDisks.held.length, 1);
    assert.equal([...world.core.images.attached()][0]?.readOnly, true);
  });

  test('what the host makes no device of is refused with its reason, before there is a job', async (t) => {
    const hostDisks = new Devices();
    const world = await makeWorld(t, { hostDisks });
    const file = await world.makeDisk();
    hostDisks.lacking = 'No FUSE here.';
    await assert.rejects(world.core.images.attach(CALLER, file, false), refusal('notSupported', /No FUSE here/));
    assert.deepEqual([...world.core.graph.jobs()], []);
  });

  test('a host that refuses leaves nothing, and the file free', async (t) => {
    const hostDisks = new Devices();
    const world = await makeWorld(t, { hostDisks });
    const file = await world.makeDisk();
    hostDisks.failing = true;
    const job = await world.ended(await world.core.images.attach(CALLER, file, false));
    assert.equal(job.state, 10);
    assert.match(job.errorDescription ?? '', /no device left/);
    hostDisks.failing = false;
    done(await world.ended(await world.core.images.attach(CALLER, file, false)));
    assert.equal(hostDisks.held.length, 1);
  });

  test('a service that dies at any commit leaves no device that nobody knows', async (t) => {
    let reached = 0;
    for (let commit = 0; commit < 20; commit++) {
      const power = new FailingPower();
      const hostDisks = new Devices();
      const world = await makeWorld(t, { hostDisks, openStore: power.open });
      const file = await world.makeDisk();
      power.failAt(commit, commit % 2 === 0, true);
      const progress = { over: false };
      world.core.images
        .attach(CALLER, file, false)
        .then(({ id }) => world.core.jobs.ended(id))
        .then(
          () => (progress.over = true),
          () => (progress.over = true),
        );
      await world.eventually(() => power.failed || progress.over);
      if (!power.failed) {
        reached = commit;
        break;
      }
      await world.restart({ crash: true });
      await world.eventually(() => [...world.core.graph.jobs()].every((job) => job.endedAt !== null));
      const known = [...world.core.images.attached()].map((image) => image.file);
      assert.deepEqual(
        known,
        hostDisks.held.map((disk) => disk.file),
        `commit ${commit}`,
      );
      if (known.length === 0) done(await world.ended(await world.core.images.attach(CALLER, file, false)));
      assert.equal(hostDisks.held.length, 1);
    }
    assert.ok(reached > 2, `${reached} commits were reached`);
  });
});
