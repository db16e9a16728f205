import fc from 'fast-check';
import { loadRepository } from '../../../src/cim/repository/load.ts';
import type { CimProperty } from '../../../src/cim/schema.ts';
import { DEFAULT_DEVICES } from '../../../src/core/devices/default-devices.ts';
import { DEVICE_KINDS, kindRow } from '../../../src/core/devices/kinds.ts';
import { BOOTABLE_KINDS, PARENTS_OF } from '../../../src/core/devices/wiring.ts';
import type { Configuration, DeviceSetting, SettingValue, SettingValues } from '../../../src/core/model.ts';
import { withDeviceValues } from '../../../src/core/systems/draft.ts';
import { FOLLOWS } from '../../../src/core/systems/system-defaults.ts';
import { mergeValues } from '../../../src/core/systems/settings/system-values.ts';

const namespace = loadRepository().namespace('root/virtualization/v2');

export const propertiesOf = (className: string): readonly CimProperty[] =>
  namespace?.class(className)?.properties ?? [];

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  uint8: [0n, 255n],
  sint8: [-128n, 127n],
  uint16: [0n, 65_535n],
  sint16: [-32_768n, 32_767n],
  uint32: [0n, 0xffff_ffffn],
  sint32: [-0x8000_0000n, 0x7fff_ffffn],
  uint64: [0n, 2n ** 63n - 1n],
};

/** Does the schema have a property of that type? */
export const acceptedBySchema = (className: string, name: string, value: SettingValue): boolean => {
  const property = namespace?.class(className)?.property(name);
  if (property === undefined || Array.isArray(value) !== property.array) return false;
  const scalars: readonly unknown[] = Array.isArray(value) ? value : [value];
  return scalars.every((scalar) => {
    if (property.type === 'boolean') return typeof scalar === 'boolean';
    if (property.type === 'uint64' || property.type === 'sint64') return typeof scalar === 'bigint';
    return typeof scalar === (RANGES[property.type] === undefined ? 'string' : 'number');
  });
};

/** What the graph says, and what a client never writes. */
const STRUCTURAL: ReadonlySet<string> = new Set([
  'InstanceID',
  'Parent',
  'HostResource',
  'AddressOnParent',
  'Connection',
  'BootSourceOrder',
  'ConfigurationFile',
  'GuestStateFile',
  'GuestStateDataRoot',
  'RecoveryFile',
  'BootOrder',
  'Version',
  'IsSaved',
]);

const scalar = (type: string): fc.Arbitrary<string | number | bigint | boolean> | null => {
  const range = RANGES[type];
  if (type === 'boolean') return fc.boolean();
  if (type === 'string') return fc.oneof(fc.string({ maxLength: 20, unit: 'binary' }), fc.constant('x'));
  if (type === 'datetime')
    return fc.constantFrom('00000000000130.000000:000', '00000003123059.250000:000', '20260102030405.000000-000');
  if (range === undefined) return null;
  const value = fc.bigInt({ min: range[0], max: range[1] });
  return type === 'uint64' ? value : value.map(Number);
};

/** Any values that the schema has properties for. */
export const valuesFor = (className: string): fc.Arbitrary<SettingValues> => {
  const candidates = propertiesOf(className).flatMap((property) => {
    const one = STRUCTURAL.has(property.name) || property.ref !== null ? null : scalar(property.type);
    if (one === null) return [];
    return [[property.name, property.array ? fc.array(one, { maxLength: 3 }) : one] as const];
  });
  return fc
    .subarray(candidates, { maxLength: Math.min(8, candidates.length) })
    .chain((chosen) => fc.record(Object.fromEntries(chosen)));
};

const VALUES: ReadonlyMap<string, fc.Arbitrary<SettingValues>> = new Map(
  DEVICE_KINDS.map(({ settingClass }) => [settingClass, valuesFor(settingClass)]),
);

/** Two devices of a machine never share one: each place has its own first digits. */
const guid = (place: number): fc.Arbitrary<string> =>
  fc.uuid().map((text) => `${String(place).padStart(2, '0')}${text.slice(2)}`.toUpperCase());

const device = (kind: string, part: string, parent: string | null, fixed: SettingValues = {}) => {
  const values = VALUES.get(kindRow(kind).settingClass) ?? fc.constant({});
  return fc
    .option(values, { nil: {} })
    .map((given): DeviceSetting => withDeviceValues({ kind, part, parent, values: {} }, { ...given, ...fixed }));
};

const list = <T>(items: readonly fc.Arbitrary<readonly T[]>[]): fc.Arbitrary<T[]> =>
  fc.tuple(...items).map((lists) => lists.flat());

const IMAGE_OF: Readonly<Record<string, string>> = {
  diskDrive: 'hardDiskImage',
  dvdDrive: 'cdImage',
  disketteDrive: 'floppyImage',
};

const path = fc.oneof(
  fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }).map((text) => `C:\\${text}.vhdx`),
  fc.constant('/srv/disks/a.qcow2'),
);

const image = (kind: string, drive: string): fc.Arbitrary<DeviceSetting[]> => {
  const imageKind = IMAGE_OF[kind];
  if (imageKind === undefined) return fc.constant([]);
  const paths = fc.oneof(
    { weight: 8, arbitrary: path.map((only) => [only]) },
    { weight: 1, arbitrary: fc.constantFrom([], [''], ['/a.raw', '/b.raw']) },
  );
  return fc
    .option(paths, { nil: null })
    .chain((HostResource) =>
      HostResource === null
        ? fc.constant([])
        : device(imageKind, drive.replace(/\\D$/, '\\L'), drive, { HostResource }).map((made) => [made]),
    );
};

const drives = (controller: string, slots: number, kinds: readonly string[]): fc.Arbitrary<DeviceSetting[]> =>
  fc.uniqueArray(fc.integer({ min: 0, max: slots - 1 }), { maxLength: 3 }).chain((chosen) =>
    list(
      chosen
        .toSorted((a, b) => a - b)
        .map((slot) =>
          fc.constantFrom(...kinds).chain((kind) => {
            const part = `${controller}\\${slot}\\D`;
            const drive = device(kind, part, controller, { AddressOnParent: String(slot) });
            return fc.tuple(drive, image(kind, part)).map(([made, below]) => [made, ...below]);
          }),
        ),
    ),
  );

const FEATURES = DEVICE_KINDS.filter(({ featureId }) => featureId !== undefined);

const features = (connection: string): fc.Arbitrary<DeviceSetting[]> =>
  fc
    .uniqueArray(
      fc
        .tuple(fc.constantFrom(...FEATURES), guid(1))
        .chain(([row, id]) => device(row.kind, `${connection}\\${row.featureId ?? ''}\\${id}`, connection)),
      { maxLength: 3, selector: ({ part }) => part },
    )
    .map((made) => made.toSorted((a, b) => a.kind.localeCompare(b.kind)));

const connection = (adapter: string): fc.Arbitrary<DeviceSetting[]> =>
  fc
    .option(fc.tuple(guid(2), guid(3), fc.constantFrom('switch', 'lower', 'host', 'two', 'none', 'unsaid')), {
      nil: null,
    })
    .chain((chosen) => {
      if (chosen === null) return fc.constant([]);
      const [id, network, link] = chosen;
      const part = `${adapter}\\${id}`;
      const resources: Readonly<Record<string, readonly string[] | undefined>> = {
        switch: [`switch:${network}`],
        lower: [`switch:${network.toLowerCase()}`],
        host: ['host:'],
        two: [`switch:${network}`, 'external:eth0'],
        none: [],
      };
      const said = resources[link];
      const held = device('ethernetConnection', part, adapter, said === undefined ? {} : { HostResource: said });
      return fc.tuple(held, features(part)).map(([made, below]) => [made, ...below]);
    });

const adapters = (generation: 1 | 2): fc.Arbitrary<DeviceSetting[]> =>
  fc
    .uniqueArray(fc.tuple(guid(5), generation === 1 ? fc.boolean() : fc.constant(false)), {
      maxLength: 3,
      selector: ([id]) => id,
    })
    .chain((chosen) =>
      list(
        chosen.map(([id, emulated]) => {
          const kind = emulated ? 'emulatedEthernet' : 'syntheticEthernet';
          const part = emulated ? `${id}\\0` : id;
          return fc.tuple(device(kind, part, null), connection(part)).map(([made, below]) => [made, ...below]);
        }),
      ),
    );

const scsi = (generation: 1 | 2): fc.Arbitrary<DeviceSetting[]> =>
  fc.uniqueArray(guid(4), { maxLength: 4 }).chain((ids) =>
    list(
      ids.map((id) => {
        const part = `${id}\\0`;
        const kinds = ['diskDrive', 'physicalDisk', ...(generation === 2 ? ['dvdDrive'] : [])];
        return fc
          .tuple(device('scsiController', part, null), drives(part, 64, kinds))
          .map(([made, below]) => [made, ...below]);
      }),
    ),
  );

/** Kinds that are neither standard nor wired to something. */
const LOOSE = ['rdv', 'fcPort', 'pciExpress', 'gpuPartition', 'display3d', 'tpm'];

const loose = (generation: 1 | 2): fc.Arbitrary<DeviceSetting[]> =>
  fc.subarray(LOOSE.filter((kind) => kind !== 'tpm' || generation === 2)).chain((kinds) =>
    list(
      kinds.map((kind) =>
        guid(10 + LOOSE.indexOf(kind)).chain((id) => {
          const part = kindRow(kind).fixedPart ?? id;
          const child = guid(6).chain((below) => device('fcConnection', `${part}\\${below}`, part));
          return fc
            .tuple(device(kind, part, null), kind === 'fcPort' ? child.map((made) => [made]) : fc.constant([]))
            .map(([made, below]) => [made, ...below]);
        }),
      ),
    ),
  );

const standard = (generation: 1 | 2): fc.Arbitrary<DeviceSetting[]> =>
  list(
    DEFAULT_DEVICES[generation].map((held) => {
      const row = kindRow(held.kind);
      const given = fc.oneof(
        { weight: 3, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: VALUES.get(row.settingClass) ?? fc.constant({}) },
      );
      const connected =
        held.kind === 'serialPort' ? fc.constantFrom({}, { Connection: ['\\\\.\\pipe\\a'] }) : fc.constant({});
      const kept = fc.tuple(given, connected).map(([values, more]) => [withDeviceValues(held, { ...values, ...more })]);
      const gone = row.removable && PARENTS_OF[held.kind] === undefined;
      return gone ? fc.oneof({ weight: 4, arbitrary: kept }, { weight: 1, arbitrary: fc.constant([]) }) : kept;
    }),
  );

const system = (generation: 1 | 2): fc.Arbitrary<SettingValues> => {
  const root = fc.constantFrom('/srv/vms', 'C:\\VMs');
  const more = fc.record(
    {
      ConfigurationDataRoot: root,
      SnapshotDataRoot: root,
      Version: fc.constantFrom('5.0', '9.0', '12.0'),
      BootOrder: fc.constantFrom([0, 1, 2, 3], [4, 3, 2, 1], [], [2, 1, 0, 3]),
      SuspendDataRoot: fc.constant('Virtual Machines\\x'),
    },
    { requiredKeys: [] },
  );
  return fc.tuple(valuesFor('Msvm_VirtualSystemSettingData'), more).map(([values, roots]) => {
    const merged: Record<string, SettingValue> = { ...mergeValues(generation, {}, { ...values, ...roots }) };
    // A value that follows another says nothing when it is the same.
    for (const [name, source] of Object.entries(FOLLOWS)) if (merged[name] === merged[source]) delete merged[name];
    return merged;
  });
};

const ide = (generation: 1 | 2): fc.Arbitrary<DeviceSetting[]> =>
  generation === 2
    ? fc.constant([])
    : list(
        [0, 1].map((index) =>
          drives(`83F8638B-8DCA-4152-9EDA-2CA8B33039B4\\${index}`, 2, ['diskDrive', 'dvdDrive', 'physicalDisk']),
        ),
      );

const diskette = (devices: readonly DeviceSetting[]): fc.Arbitrary<DeviceSetting[]> => {
  const drive = devices.find(({ kind }) => kind === 'disketteDrive');
  return drive === undefined ? fc.constant([]) : image(drive.kind, drive.part);
};

/** Configurations with devices of every kind, each with any values that its class has properties for. */
export const configurations = (generation: 1 | 2): fc.Arbitrary<Configuration> =>
  standard(generation)
    .chain((devices) =>
      fc.record({
        id: guid(7),
        values: system(generation),
        devices: list([
          fc.constant(devices),
          ide(generation),
          diskette(devices),
          scsi(generation),
          adapters(generation),
          loose(generation),
        ]),
      }),
    )
    .chain((made) => {
      const bootable = generation === 1 ? [] : made.devices.filter(({ kind }) => BOOTABLE_KINDS.has(kind));
      return fc
        .tuple(fc.shuffledSubarray(bootable.map(({ part }) => part)))
        .map(([bootSources]) => ({ ...made, bootSources }));
    });
