import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_DEVICES } from '../../../src/core/devices/default-devices.ts';
import { DEVICE_KINDS } from '../../../src/core/devices/kinds.ts';
import { PARENTS_OF } from '../../../src/core/devices/wiring.ts';
import type { Configuration, Snapshot, VirtualSystem } from '../../../src/core/model.ts';
import { readConfiguration } from '../../../src/core/transfer/read-configuration.ts';
import { type DefinitionSource, writeConfiguration } from '../../../src/core/transfer/write-configuration.ts';
import { readContainer } from '../../../src/hvfile/container/read.ts';
import { writeContainer } from '../../../src/hvfile/container/write.ts';
import type { MachineDefinition } from '../../../src/hvfile/definition/definition.ts';
import { readDefinition } from '../../../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../../../src/hvfile/definition/write-definition.ts';
import { readWithSecondReader } from '../../hvfile/second-reader.ts';
import { acceptedBySchema, configurations } from './configurations.ts';

const systemOf = (generation: 1 | 2, active: Configuration): VirtualSystem => ({
  id: active.id,
  kind: 'realized',
  generation,
  active,
  snapshots: [],
  currentSnapshot: null,
  lastApplied: null,
  power: 'off',
  requestedState: 12,
  operation: null,
  process: null,
  onTime: { accumulatedMs: 0, since: null },
  savedState: null,
  createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  configurationChangedAt: 0,
  stateChangedAt: 0,
  wasRunning: false,
  revision: 1,
});

const sourceOf = (system: VirtualSystem, changes: Partial<DefinitionSource> = {}): DefinitionSource => ({
  system,
  snapshot: null,
  as: {
    kind: 'machine',
    id: system.id,
    name: String(system.active.values.ElementName ?? 'New Virtual Machine'),
    snapshots: { items: [], parent: null },
  },
  defaultDataRoot: null,
  withSavedState: true,
  switchName: () => null,
  imagePath: (_, path) => path,
  ...changes,
});

const written = (source: DefinitionSource): Buffer => writeContainer(writeDefinition(writeConfiguration(source)));

const readBack = async (file: Buffer): Promise<MachineDefinition> => readDefinition((await readContainer(file)).root);

const read = (definition: MachineDefinition) =>
  readConfiguration(definition, {
    id: definition.id,
    newGuid: () => assert.fail('everything has its identity'),
    accepts: acceptedBySchema,
  });

/** Controllers and adapters keep their order, which clients count by; what hangs below them has its address. */
const comparable = ({ values, devices, bootSources, id }: Configuration) => ({
  id,
  values: Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  devices: DEVICE_KINDS.map(({ kind }) => {
    const same = devices.filter((device) => device.kind === kind);
    return PARENTS_OF[kind] === undefined ? same : same.toSorted((a, b) => (a.part < b.part ? -1 : 1));
  }),
  bootSources,
});

describe('configuration -> .vmcx -> configuration', () => {
  for (const generation of [1, 2] as const) {
    test(`generation ${generation}: the same, whatever is in it`, async () => {
      await fc.assert(
        fc.asyncProperty(configurations(generation), async (configuration) => {
          const file = written(sourceOf(systemOf(generation, configuration)));
          const definition = await readBack(file);
          const result = read(definition);
          assert.deepEqual(comparable(result.configuration), comparable(configuration));
          assert.deepEqual(result.refused, []);
          assert.deepEqual(definition.unmapped, []);
          assert.ok(readWithSecondReader(file).length > 50);
        }),
        { numRuns: 150 },
      );
    });

    test(`generation ${generation}: as a checkpoint, and as a machine made of one`, async () => {
      await fc.assert(
        fc.asyncProperty(configurations(generation), fc.uuid(), async (configuration, uuid) => {
          const system = systemOf(generation, { ...configuration, id: uuid.toUpperCase() });
          const snapshot: Snapshot = { configuration, type: 'standard', parent: system.id, createdAt: 1_000 };
          const one = await readBack(written(sourceOf(system, { snapshot, as: { kind: 'snapshot' } })));
          assert.deepEqual([one.kind, one.id, one.snapshots.parent], ['snapshot', configuration.id, system.id]);
          assert.deepEqual(comparable(read(one).configuration), comparable(configuration));
          const as: DefinitionSource['as'] = {
            kind: 'machine',
            id: system.id,
            name: 'copy',
            snapshots: { items: [], parent: null },
          };
          const machine = await readBack(written(sourceOf(system, { snapshot, as })));
          assert.deepEqual([machine.kind, machine.id, machine.system.ElementName], ['machine', system.id, 'copy']);
          assert.deepEqual(read(machine).configuration.devices.length, configuration.devices.length);
        }),
        { numRuns: 30 },
      );
    });
  }
});

const GUID = (n: number): string => `0000000${n}-0000-4000-8000-000000000000`;

const withAdapter = (): Configuration => ({
  id: GUID(1),
  values: { ElementName: 'web1', ConfigurationDataRoot: '/var/lib/vsms/vms', SnapshotDataRoot: '/srv/checkpoints' },
  devices: [
    ...DEFAULT_DEVICES[2],
    { kind: 'syntheticEthernet', part: GUID(2), parent: null, values: {} },
    {
      kind: 'ethernetConnection',
      part: `${GUID(2)}\\${GUID(3)}`,
      parent: GUID(2),
      values: { HostResource: [`switch:${GUID(4)}`] },
    },
  ],
  bootSources: [GUID(2)],
});

describe('what another host needs to know', () => {
  test('the readable name of a switch goes with its identifier', async () => {
    const names: Readonly<Record<string, string>> = { [GUID(4)]: 'LAN' };
    const source = sourceOf(systemOf(2, withAdapter()), { switchName: (id) => names[id] ?? null });
    const definition = await readBack(written(source));
    assert.equal(definition.adapters[0]?.connection.values.LastKnownSwitchName, 'LAN');
    assert.equal(definition.adapters[0]?.connection.switchId, GUID(4));
  });

  test('K13: a data root that every machine of the host has is not recorded, another one is', async () => {
    const source = sourceOf(systemOf(2, withAdapter()), { defaultDataRoot: '/var/lib/vsms/vms' });
    const { system } = await readBack(written(source));
    assert.equal(system.ConfigurationDataRoot, undefined);
    assert.equal(system.SnapshotDataRoot, '/srv/checkpoints');
    assert.equal(system.SwapFileDataRoot, undefined);
  });

  test('names of files of this host stay here, a saved state that does not come along is not claimed', async () => {
    const active = withAdapter();
    const values = { ...active.values, ConfigurationFile: 'x.vmcx', GuestStateFile: 'x.vmgs', IsSaved: true };
    const system = systemOf(2, { ...active, values });
    const machine = await readBack(written(sourceOf(system)));
    assert.deepEqual([machine.system.ConfigurationFile, machine.system.GuestStateFile], [undefined, undefined]);
    assert.equal(machine.system.IsSaved, undefined);
    const snapshot: Snapshot = { configuration: system.active, type: 'standard', parent: null, createdAt: 0 };
    for (const withSavedState of [true, false]) {
      const source = sourceOf(system, { snapshot, as: { kind: 'snapshot' }, withSavedState });
      assert.equal((await readBack(written(source))).system.IsSaved, withSavedState ? true : undefined);
    }
  });

  test('K27: which devices the guest has', async () => {
    const system = systemOf(2, withAdapter());
    assert.equal((await readBack(written(sourceOf(system)))).own?.deviceModels, 'virtio');
    const inbox = { ...system, extras: { deviceModels: 'inbox' as const } };
    assert.equal((await readBack(written(sourceOf(inbox)))).own?.deviceModels, 'inbox');
    const switched = { ...system, extras: { localTimeClock: true as const } };
    assert.deepEqual((await readBack(written(sourceOf(switched)))).own, {
      absent: [],
      deviceModels: 'virtio',
      localTimeClock: true,
    });
  });
});

describe('definitions of other programs', () => {
  const forged = (changes: Partial<MachineDefinition>): MachineDefinition => ({
    ...writeConfiguration(sourceOf(systemOf(2, withAdapter()))),
    ...changes,
  });
  const refusedOf = (definition: MachineDefinition) => read(definition).refused;

  test('devices that no client could add are refused, each by name', () => {
    const others = [
      { kind: 'diskDrive', part: `${GUID(9)}\\0\\0\\D`, parent: `${GUID(9)}\\0`, values: {} },
      { kind: 'processor', part: `${GUID(9)}\\1`, parent: null, values: {} },
      { kind: 'pciExpress', part: '../../etc', parent: null, values: {} },
      { kind: 'pciExpress', part: GUID(8), parent: GUID(2), values: {} },
      { kind: 'ideController', part: `${GUID(9)}\\0`, parent: null, values: {} },
    ];
    assert.deepEqual(
      refusedOf(forged({ others })),
      others.map(({ part }) => ({ part, property: null })),
    );
  });

  test('values that the schema has no property for are refused', () => {
    const system = { ElementName: 7, Nonsense: 'x', Notes: ['fine'] };
    assert.deepEqual(refusedOf(forged({ system })), [
      { part: null, property: 'ElementName' },
      { part: null, property: 'Nonsense' },
    ]);
  });

  test('what a machine can not lack is there whatever the file says', () => {
    const own = { absent: [GUID(1), DEFAULT_DEVICES[2][0]?.part ?? ''], deviceModels: null };
    assert.ok(read(forged({ own })).configuration.devices.some(({ kind }) => kind === 'processor'));
  });

  test('every adapter has a port, a vTPM its setting, and the boot order is that of the devices', () => {
    const adapters = [
      {
        kind: 'syntheticEthernet' as const,
        id: GUID(5),
        values: {},
        connection: { connected: false, switchId: '', portId: '', hostResources: [], values: {}, features: [] },
      },
    ];
    const definition = forged({ own: null, adapters, tpm: true, bootSources: [], others: [] });
    const { configuration } = readConfiguration(definition, {
      id: definition.id,
      newGuid: () => GUID(6),
      accepts: acceptedBySchema,
    });
    const kinds = new Map(configuration.devices.map((device) => [device.kind, device]));
    assert.equal(kinds.get('ethernetConnection')?.part, `${GUID(5)}\\${GUID(6)}`);
    assert.equal(kinds.get('security')?.values.TpmEnabled, true);
    assert.deepEqual(configuration.bootSources, [GUID(5)]);
  });
});
