import type { Reference } from '../../src/client/object.ts';
import { resourceUri } from '../../src/client/uris.ts';
import type { Bench, CrashCase } from './crash-case.ts';

const SNAPSHOTS = { className: 'Msvm_VirtualSystemSnapshotService' };

const take = (bench: Bench, id: string): Promise<unknown> =>
  bench.client.run(SNAPSHOTS, 'CreateSnapshot', {
    AffectedSystem: bench.reference(id),
    SnapshotSettings: '',
    SnapshotType: 2,
  });

/** The one checkpoint that there is. */
const checkpoint = async (bench: Bench): Promise<Reference> => ({
  resourceUri: resourceUri('root\\virtualization\\v2', 'Msvm_VirtualSystemSettingData'),
  selectors: { InstanceID: `Microsoft:${(await bench.checkpoints())[0] ?? ''}` },
});

const withCheckpoint = async (bench: Bench): Promise<string> => {
  const id = await bench.create();
  await take(bench, id);
  return id;
};

/** Of a machine that is off; its disk is an overlay then, or merged. */
export const CHECKPOINTS: readonly CrashCase[] = [
  { name: 'take a checkpoint', prepare: (bench) => bench.create(), operate: take },
  {
    name: 'apply a checkpoint',
    merges: true,
    prepare: withCheckpoint,
    operate: async (bench) => bench.client.run(SNAPSHOTS, 'ApplySnapshot', { Snapshot: await checkpoint(bench) }),
  },
  {
    name: 'delete a checkpoint, whose disk is merged',
    merges: true,
    prepare: withCheckpoint,
    operate: async (bench) =>
      bench.client.run(SNAPSHOTS, 'DestroySnapshot', { AffectedSnapshot: await checkpoint(bench) }),
  },
];

export const DESTROY: CrashCase = {
  name: 'destroy a machine with a checkpoint',
  resumes: true,
  prepare: withCheckpoint,
  operate: (bench, id) => bench.destroy(id),
};
