import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { findKind } from '../../src/core/devices/kinds.ts';
import { readContainer } from '../../src/hvfile/container/read.ts';
import { writeContainer } from '../../src/hvfile/container/write.ts';
import type { MachineDefinition } from '../../src/hvfile/definition/definition.ts';
import { FEATURES } from '../../src/hvfile/definition/devices.ts';
import {
  ADAPTER_FIELDS,
  CONNECTION_FIELDS,
  DISPLAY_FIELDS,
  type Field,
  FIRMWARE_FIELDS,
  IMAGE_FIELDS,
  INTEGRATION_FIELDS,
  MEMORY_FIELDS,
  PROCESSOR_FIELDS,
  SCSI_FIELDS,
  SYSTEM_FIELDS,
} from '../../src/hvfile/definition/fields.ts';
import { readHostRegistry } from '../../src/hvfile/definition/host-registry.ts';
import { readDefinition } from '../../src/hvfile/definition/read-definition.ts';
import { writeDefinition } from '../../src/hvfile/definition/write-definition.ts';
import { type HvItem, type HvLeaf, leavesOf, node, pathText } from '../../src/hvfile/tree.ts';
import { TreeBuilder } from '../../src/hvfile/tree-builder.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import { bool, integer, lines, machine, string } from './kit.ts';
import { readWithSecondReader } from './second-reader.ts';

/** Without what a file adds to a definition: the devices of every machine, and their data versions. */
const described = (definition: MachineDefinition): MachineDefinition => ({
  ...definition,
  manifest: [],
  dataVersions: {},
});

const through = async (definition: MachineDefinition): Promise<MachineDefinition> =>
  readDefinition((await readContainer(writeContainer(writeDefinition(definition)))).root);

const expected = (definition: MachineDefinition) => ({
  ...described(definition),
  // What every Hyper-V machine has a node for comes along.
  displays: definition.generation === 1 ? { ...definition.displays, s3Display: {} } : definition.displays,
});

describe('definition -> .vmcx -> definition', () => {
  for (const generation of [1, 2] as const) {
    test(`generation ${generation}: everything comes back`, async () => {
      const definition = machine(generation);
      assert.deepEqual(described(await through(definition)), expected(definition));
    });

    test(`generation ${generation}: what was read is written as it was read`, async () => {
      const tree = writeDefinition(machine(generation));
      assert.deepEqual(lines(writeDefinition(readDefinition(tree))).toSorted(), lines(tree).toSorted());
    });
  }

  test('property: names, sizes, slots and paths of any kind', async () => {
    const base = machine(2);
    const text = fc.string({ maxLength: 300, unit: 'binary' });
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.bigInt({ min: 0n, max: 2n ** 62n }),
        fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { maxLength: 64 }),
        async (name, notes, path, size, slots) => {
          const definition: MachineDefinition = {
            ...base,
            system: { ...base.system, ElementName: name, Notes: [notes] },
            memory: { ...base.memory, VirtualQuantity: size },
            controllers: base.controllers.map((controller) => ({
              ...controller,
              drives: slots
                .toSorted((a, b) => a - b)
                .map((slot) => ({
                  slot,
                  kind: 'diskDrive' as const,
                  recordedType: 'VHD',
                  values: {},
                  image: { kind: 'hardDiskImage' as const, path: `C:\\${path}`, values: {} },
                })),
            })),
          };
          assert.deepEqual(described(await through(definition)), expected(definition));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('properties that the format has no key for, and values that its keys cannot say, come back too', async () => {
    const base = machine(2);
    const [adapter] = base.adapters;
    assert.ok(adapter !== undefined);
    const more = {
      ConsoleMode: 2,
      AutomaticStartupAction: 77,
      NetworkBootPreferredProtocol: 9,
      BootOrder: [],
      AdditionalRecoveryInformation: '',
      __proto__name: 'x',
      Big: 2n ** 63n,
      Half: 0.5,
      Names: ['a', 'b'],
    };
    const definition: MachineDefinition = {
      ...base,
      system: { ...base.system, ...more },
      processor: { ...base.processor, ApicMode: 1 },
      memory: { ...base.memory, HugePagesEnabled: true },
      adapters: [
        {
          ...adapter,
          values: { ...adapter.values, InterruptModeration: true },
          connection: { ...adapter.connection, values: { ...adapter.connection.values, RequiredFeatures: [] } },
        },
      ],
      integration: { kvp: { EnabledState: 2, DisableHostKVPItems: true } },
      displays: { syntheticDisplay: { ResolutionType: 3, Extra: 'y' } },
    };
    assert.deepEqual(described(await through(definition)), expected(definition));
  });

  test('features of a port keep their identity, and those that have bytes of Hyper-V what these cannot say', async () => {
    const base = machine();
    const [adapter] = base.adapters;
    assert.ok(adapter !== undefined);
    const [vlan] = adapter.connection.features;
    assert.ok(vlan !== undefined);
    const offload = {
      featureId: FEATURES.offload ?? '',
      kind: 'offload',
      displayName: '',
      flags: 0,
      settings: [
        {
          id: '50D7CB38-1C3E-4B1B-86D5-831734003B01',
          version: 1024,
          values: {
            IPSecOffloadLimit: 512,
            VMQOffloadWeight: 100,
            IOVOffloadWeight: 0,
            IOVQueuePairsRequested: 1,
            IOVInterruptModeration: 0,
            VrssEnabled: false,
          },
          data: Buffer.from('0002000064000000000000000100000000000000', 'hex'),
        },
      ],
    };
    const named = (id: string) => ({ ...vlan, settings: vlan.settings.map((setting) => ({ ...setting, id })) });
    const definition: MachineDefinition = {
      ...base,
      adapters: [
        {
          ...adapter,
          connection: {
            ...adapter.connection,
            features: [
              offload,
              named('11111111-1111-4111-8111-111111111111'),
              named('22222222-2222-4222-8222-222222222222'),
              { ...vlan, settings: [{ id: '', version: 0, values: {}, data: null }] },
            ],
          },
        },
      ],
    };
    assert.deepEqual(described(await through(definition)), expected(definition));
  });

  test('several lines of notes, and none, are no text of Hyper-V and come back all the same', async () => {
    for (const Notes of [['one', 'two'], []]) {
      const base = machine();
      const definition = { ...base, system: { ...base.system, Notes } };
      assert.deepEqual(described(await through(definition)), expected(definition));
    }
  });

  test('a definition says that it is ours also where there is nothing to say', async () => {
    for (const own of [null, { absent: [], deviceModels: null }]) {
      const definition: MachineDefinition = { ...machine(), own };
      assert.deepEqual(described(await through(definition)), expected(definition));
    }
  });

  test('a kind that has no device in the format is refused, not lost', () => {
    const displays = { display3d: { MaximumMonitors: 1 } };
    assert.throws(() => writeDefinition({ ...machine(), displays }), { name: 'HvFileError', message: /display3d/ });
  });

  test('what nothing understood is written back where it was, the n-th of its siblings too', async () => {
    const odd: HvItem[] = [
      node('metrics', [
        integer('guid', 1),
        node('devicetype', [string('guid', 'a')]),
        node('devicetype', [string('guid', 'b')]),
      ]),
      node('a/b[0]%', [bool('c', true)]),
    ];
    const tree = writeDefinition(machine());
    const [configuration] = tree.children;
    assert.ok(configuration?.type === 'node');
    const foreign = node('', [
      node('configuration', [...configuration.children, ...odd]),
      node('savedstate', [string('type', 'Normal')]),
    ]);
    const definition = readDefinition(foreign);
    assert.deepEqual(
      definition.unmapped.map(({ steps }) => pathText(steps)),
      [
        '/configuration/metrics/guid',
        '/configuration/metrics/devicetype/guid',
        '/configuration/metrics/devicetype[1]/guid',
        '/configuration/a%2Fb%5B0%5D%25/c',
        '/savedstate/type',
      ],
    );
    assert.deepEqual(lines(writeDefinition(await through(definition))).toSorted(), lines(foreign).toSorted());
  });
});

describe('hyperv-files §3: rules learned the hard way', () => {
  const written = (definition: MachineDefinition): ReadonlyMap<string, string> =>
    new Map(
      readWithSecondReader(writeContainer(writeDefinition(definition))).map(({ path, value }) => [
        path.join('/'),
        value,
      ]),
    );

  test('the manifest counts without gaps, and its size is right', () => {
    for (const generation of [1, 2] as const) {
      const keys = written(machine(generation));
      const size = Number(keys.get('configuration/manifest/size'));
      assert.ok(size > 10);
      for (let i = 1; i <= size; i++)
        assert.ok(keys.has(`configuration/manifest/vdev${String(i).padStart(3, '0')}/device`), `vdev ${i}`);
      assert.ok(!keys.has(`configuration/manifest/vdev${String(size + 1).padStart(3, '0')}/device`));
    }
  });

  test('no ghosts: every adapter and SCSI controller of the manifest has a data node', () => {
    const definition = machine();
    const bare: MachineDefinition = {
      ...definition,
      controllers: [
        { kind: 'scsiController', id: '0F0F0F0F-E0F7-4ADD-B08C-3259AC8BD05D', index: 0, values: {}, drives: [] },
      ],
    };
    const keys = [...written(bare)];
    for (const id of ['0f0f0f0f-e0f7-4add-b08c-3259ac8bd05d', 'b5996220-9ab5-4a2d-a79d-cbe9c4bc06d6']) {
      assert.ok(
        keys.some(([path, value]) => path.endsWith('/instance') && value === id),
        id,
      );
      assert.ok(
        keys.some(([path]) => path.startsWith(`configuration/_${id}_/`)),
        id,
      );
    }
  });

  test('a ghost of a foreign file is no device, and is not written again', () => {
    const tree = new TreeBuilder();
    for (const { steps, leaf } of leavesOf(writeDefinition(machine()))) {
      if (!pathText(steps).startsWith('/configuration/_b5996220-')) tree.place(steps, leaf);
    }
    const definition = readDefinition(tree.build());
    assert.deepEqual(
      definition.adapters.map(({ id }) => id),
      ['D5996220-9AB5-4A2D-A79D-CBE9C4BC06D7'],
    );
    const again = readDefinition(writeDefinition(definition));
    assert.ok(!again.manifest.some(({ instanceId }) => instanceId.startsWith('b5996220')));
  });

  test('a data node without an entry in the manifest is harmless', () => {
    const tree = new TreeBuilder();
    for (const { steps, leaf } of leavesOf(writeDefinition(machine()))) tree.place(steps, leaf);
    tree.set('configuration/_e5996220-9ab5-4a2d-a79d-cbe9c4bc06d8_/MacAddress', {
      type: 'string',
      value: '00-15-5D-00-00-01',
    });
    const definition = readDefinition(tree.build());
    assert.equal(definition.adapters.length, 2);
    assert.ok(definition.unmapped.some(({ steps }) => pathText(steps).endsWith('06d8_/MacAddress')));
  });
});

describe('values that make no sense', () => {
  const withLeaf = (path: string, leaf: Parameters<TreeBuilder['set']>[1]): MachineDefinition => {
    const tree = new TreeBuilder();
    for (const placed of leavesOf(writeDefinition(machine(1)))) tree.place(placed.steps, placed.leaf);
    tree.set(path, leaf);
    return readDefinition(tree.build());
  };

  test('are kept unmapped, not refused and not guessed', () => {
    const cases: [string, Parameters<TreeBuilder['set']>[1]][] = [
      ['configuration/properties/name', { type: 'int', value: 5n }],
      ['configuration/settings/processors/count', { type: 'int', value: -1n }],
      ['configuration/global_settings/power/host_startup/action', { type: 'int', value: 9n }],
      ['configuration/_ac6b8dc1-3257-4a70-b1b2-a9c9215659ad_/boot/device0', { type: 'string', value: 'Tape' }],
      ['configuration/_b5996220-9ab5-4a2d-a79d-cbe9c4bc06d6_/MacAddress', { type: 'string', value: '00155D' }],
      [
        'configuration/_83f8638b-8dca-4152-9eda-2ca8b33039b4_/controller0/drive1/type',
        { type: 'string', value: 'TAPE' },
      ],
    ];
    for (const [path, leaf] of cases) {
      const found = withLeaf(path, leaf).unmapped.map(({ steps }) => pathText(steps));
      assert.ok(found.includes(`/${path}`), path);
    }
  });

  test('an identity or generation that cannot be is an error with its path', () => {
    assert.throws(() => readDefinition(node('', [])), { name: 'HvFileError', path: '/configuration' });
    const path = '/configuration/properties/global_id';
    assert.throws(() => readDefinition(node('', [node('configuration', [])])), {
      name: 'HvFileError',
      reason: 'missing',
      path,
    });
    assert.throws(() => withLeaf(path.slice(1), { type: 'string', value: '../../etc' }), {
      name: 'HvFileError',
      reason: 'value',
      path,
    });
    assert.throws(() => withLeaf('configuration/properties/subtype', { type: 'int', value: 2n }), {
      name: 'HvFileError',
      path: '/configuration/properties/subtype',
    });
  });
});

/** What some leaf may be that a codec reads: the first that it takes tells its type, the largest integer its width. */
const CANDIDATES: readonly HvLeaf[] = [
  integer('x', 2n ** 63n - 1n),
  integer('x', 0xffff_ffffn),
  integer('x', 0xffff),
  integer('x', 0xff),
  integer('x', 4),
  integer('x', 1),
  bool('x', true),
  string('x', '00-15-5D-00-00-01'),
];

const mostOf = (type: string): bigint | undefined => {
  const bits = /^uint(\d+)$/.exec(type)?.[1];
  return bits === undefined ? undefined : 2n ** BigInt(bits) - 1n;
};

describe('the tables say what the schema says', () => {
  const namespace = loadRepository().namespace('root/virtualization/v2');
  const classes: Readonly<Record<string, readonly Field[]>> = {
    Msvm_VirtualSystemSettingData: [...SYSTEM_FIELDS, ...FIRMWARE_FIELDS],
    Msvm_ProcessorSettingData: PROCESSOR_FIELDS,
    Msvm_MemorySettingData: MEMORY_FIELDS,
    Msvm_StorageAllocationSettingData: IMAGE_FIELDS,
    Msvm_ResourceAllocationSettingData: SCSI_FIELDS,
    Msvm_SyntheticEthernetPortSettingData: ADAPTER_FIELDS,
    Msvm_EthernetPortAllocationSettingData: CONNECTION_FIELDS,
    Msvm_SyntheticDisplayControllerSettingData: DISPLAY_FIELDS['syntheticDisplay'] ?? [],
    Msvm_HeartbeatComponentSettingData: INTEGRATION_FIELDS,
  };
  for (const [className, fields] of Object.entries(classes)) {
    test(className, () => {
      for (const { property: name, codec } of fields) {
        const property = namespace?.class(className)?.property(name);
        assert.ok(property !== undefined, `there is no ${name}`);
        const read = CANDIDATES.map((leaf) => codec.read(leaf)).find((value) => value !== undefined);
        assert.equal(Array.isArray(read), property.array, `${name} is an array`);
        const scalar: unknown = Array.isArray(read) ? read[0] : read;
        const most = mostOf(property.type);
        if (most === undefined) {
          assert.equal(typeof scalar, property.type === 'boolean' ? 'boolean' : 'string', name);
          continue;
        }
        assert.equal(typeof scalar, most > 0xffff_ffffn ? 'bigint' : 'number', name);
        assert.ok(BigInt(scalar as bigint | number) <= most, `${name}: ${String(scalar)} is no ${property.type}`);
      }
    });
  }

  test('kinds are those of the domain', () => {
    const { controllers, adapters, integration, displays } = machine(1);
    const kinds = [
      ...controllers.flatMap(({ kind, drives }) => [
        kind,
        ...drives.flatMap((drive) => [drive.kind, drive.image?.kind ?? null]),
      ]),
      ...adapters.map(({ kind }) => kind),
      ...Object.keys(integration),
      ...Object.keys(displays),
      ...Object.keys(FEATURES),
    ].filter((kind) => kind !== null);
    for (const kind of kinds) assert.ok(findKind(kind) !== undefined, kind);
    for (const [kind, id] of Object.entries(FEATURES)) assert.equal(findKind(kind)?.featureId, id);
  });
});

describe('hyperv-files §6: the registry of a host', () => {
  const registry = (items: readonly HvItem[]) =>
    node('', [node('Configurations', [integer('FormatVersion', 2), string('RegID', 'r'), ...items])]);
  const one = '6F1B7F4C-9A1E-4B2D-8C3F-0A1B2C3D4E5F';

  test('machines with the paths of their definitions', async () => {
    const tree = registry([
      node('VirtualMachines', [string(`_${one.toLowerCase()}_`, `C:\\VMs\\Virtual Machines\\${one}.vmcx`)]),
      node('ResourceTypes', [string('_118C3BE5-0D31-4804-85F0-5C6074ABEA8F_', 'C:\\ProgramData\\x.vmcx')]),
      node('VirtualMachinesCache', [node(`_${one}_`, [])]),
    ]);
    assert.deepEqual(readHostRegistry((await readContainer(writeContainer(tree))).root), {
      formatVersion: 2n,
      registryId: 'r',
      machines: [{ id: one, file: `C:\\VMs\\Virtual Machines\\${one}.vmcx` }],
      resourceTypes: [{ id: '118C3BE5-0D31-4804-85F0-5C6074ABEA8F', file: 'C:\\ProgramData\\x.vmcx' }],
      cached: [one],
      refused: [],
    });
  });

  test('names that are no GUID are refused by path, doubles too', () => {
    const tree = registry([
      node('VirtualMachines', [
        string('_../../etc/passwd_', 'x'),
        string(`_${one}_`, 'first'),
        string(`_${one}_`, 'second'),
        integer('_11111111-1111-4111-8111-111111111111_', 1),
      ]),
    ]);
    const { machines, refused } = readHostRegistry(tree);
    assert.deepEqual(machines, [{ id: one, file: 'first' }]);
    assert.equal(refused.length, 3);
    assert.throws(() => readHostRegistry(node('', [])), { name: 'HvFileError', path: '/Configurations' });
  });
});
