import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { MachineDefinition } from '../../src/hvfile/definition/definition.ts';
import { type HvItem, type HvLeaf, type HvNode, isNode, leavesOf, node, pathText } from '../../src/hvfile/tree.ts';
import { escapeXml } from '../../src/xml/escape.ts';

export const integer = (name: string, value: bigint | number): HvLeaf => ({ name, type: 'int', value: BigInt(value) });
export const string = (name: string, value: string): HvLeaf => ({ name, type: 'string', value });
export const bool = (name: string, value: boolean): HvLeaf => ({ name, type: 'bool', value });
export const bytes = (name: string, value: Buffer): HvLeaf => ({ name, type: 'bytes', value });

/** `path type value`, one line per leaf, in file order. */
export const lines = (root: HvNode): string[] =>
  leavesOf(root).map(({ steps, leaf }) => `${pathText(steps)} ${leaf.type} ${textOf(leaf)}`);

const textOf = (leaf: HvLeaf): string => {
  if (leaf.type === 'bytes') return leaf.value.toString('hex');
  return leaf.type === 'object' ? `${leaf.value.size} bytes` : String(leaf.value);
};

const names = fc
  .oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/) },
    { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }) },
  )
  .filter((name) => Buffer.byteLength(name) <= 254 && !name.includes('\0'));

const leaf = (name: string): fc.Arbitrary<HvItem> =>
  fc.oneof(
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value): HvItem => ({ name, type: 'int', value })),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value): HvItem => ({ name, type: 'uint', value })),
    fc.double({ noNaN: true }).map((value): HvItem => ({ name, type: 'double', value })),
    fc.boolean().map((value): HvItem => ({ name, type: 'bool', value })),
    fc
      .string({ maxLength: 1500, unit: 'binary', size: 'max' })
      .map((value): HvItem => ({ name, type: 'string', value })),
    fc
      .uint8Array({ maxLength: 5000, size: 'max' })
      .map((value): HvItem => ({ name, type: 'bytes', value: Buffer.from(value) })),
  );

const items = (depth: number): fc.Arbitrary<HvItem> =>
  names.chain((name) =>
    depth === 0
      ? leaf(name)
      : fc.oneof(
          leaf(name),
          fc.array(items(depth - 1), { maxLength: 6 }).map((children): HvItem => node(name, children)),
        ),
  );

/** Trees with same-named siblings, empty nodes, values around the size that moves them into file objects. */
export const trees: fc.Arbitrary<HvNode> = fc
  .array(items(4), { maxLength: 6 })
  .map((children) => node('', [...children, ...children.slice(0, 2)]));

/** The typed XML of Server 2012, as its hosts print it. */
export const printXml = (root: HvNode, untypedText = false): string => {
  const print = (item: HvItem): string => {
    if (isNode(item)) return `<${item.name}>${item.children.map(print).join('\n')}</${item.name}>`;
    const type = {
      int: 'integer',
      uint: 'integer',
      double: 'double',
      string: 'string',
      bool: 'bool',
      bytes: 'bytes',
      object: '',
    };
    const text = item.type === 'bytes' ? `${item.value.toString('base64')}\n` : xmlText(item);
    return `<${item.name}${untypedText ? '' : ` type="${type[item.type]}"`}>${text}</${item.name}>`;
  };
  return `<?xml version="1.0" encoding="UTF-16" standalone="yes"?>\n${root.children.map(print).join('')}`;
};

const xmlText = (item: HvLeaf): string =>
  item.type === 'bool' ? (item.value ? 'True' : 'False') : escapeXml(textOf(item));

export const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

/** Field of the checksum, and how much it covers; what a forger would do after changing a byte. */
const seal = (file: Buffer, at: number, length: number, field: number): void => {
  if (at + length > file.length) return;
  file.writeUInt32LE(0, at + field);
  file.writeUInt32LE(crc32(file.subarray(at, at + length)), at + field);
};

/** Makes every checksum of a container right again, as far as its structure can still be followed. */
export const reseal = (file: Buffer): void => {
  seal(file, 0, 46, 4);
  seal(file, 4096, 46, 4);
  const log = Number(file.readBigUInt64LE(26));
  if (log + 34 <= file.length) seal(file, log, 34, 4);
  const count = Math.min(file.readUInt32LE(8196), 227);
  for (let i = 0; i < count; i++) {
    const entry = 8200 + 18 * i;
    seal(file, entry, 18, 1);
    const at = Number(file.readBigUInt64LE(entry + 5));
    if (file.readUInt8(entry) !== 2 || at + 4096 > file.length) continue;
    seal(file, at, 10, 6);
    for (let p = 10; p + 21 <= 4096; ) {
      const size = file.readUInt32LE(at + p + 2);
      if (size < 21 || p + size > 4096) break;
      seal(file, at + p, coveredBy(file, at + p, size), 12);
      p += size;
    }
  }
};

const coveredBy = (file: Buffer, at: number, size: number): number => {
  const data = at + 21 + file.readUInt8(at + 20);
  const fixed = { 3: 8, 4: 8, 5: 8, 8: 4, 9: 12 }[file.readUInt8(at)];
  const inObject = (file.readUInt8(at + 1) & 1) === 1;
  const variable = data + 4 <= file.length ? 4 + file.readUInt32LE(data) : 4;
  return Math.min(size, data - at + (inObject ? 12 : (fixed ?? variable)));
};

/** Place of the entry of that name in a container, the first one. */
export const entryOf = (file: Buffer, name: string): number => {
  const at = file.indexOf(
    Buffer.concat([Buffer.from([Buffer.byteLength(name) + 1]), Buffer.from(`${name}\0`)]),
    12_288,
  );
  if (at < 0) throw new Error(`no key ${name}`);
  return at - 20;
};

/** The file whose last writer died after it had written its log: the change waits there. */
export const dirty = (file: Buffer, changes: readonly { readonly offset: number; readonly data: Buffer }[]): Buffer => {
  const copy = Buffer.from(file);
  const log = Number(copy.readBigUInt64LE(26));
  let inside = 4096;
  for (const [i, { offset, data }] of changes.entries()) {
    const entry = copy.subarray(log + 34 + 28 * i, log + 34 + 28 * (i + 1));
    entry.fill(0);
    entry.writeBigUInt64LE(BigInt(offset), 0);
    entry.writeUInt32LE(data.length, 8);
    entry.writeBigUInt64LE(BigInt(inside), 12);
    // The checksum of the header is taken with its own field zero and that of the data filled in.
    entry.writeUInt32LE(crc32(data), 24);
    entry.writeUInt32LE(crc32(entry), 20);
    data.copy(copy, log + inside);
    inside += Math.ceil(data.length / 4096) * 4096;
  }
  copy.writeUInt32LE(changes.length, log + 8);
  seal(copy, log, 34, 4);
  return copy;
};

/** A machine with something of everything; what a test changes it spreads over. */
export const machine = (generation: 1 | 2 = 2): MachineDefinition => ({
  id: '6F1B7F4C-9A1E-4B2D-8C3F-0A1B2C3D4E5F',
  kind: 'machine',
  typeId: 'Virtual Machines',
  logicalId: null,
  generation,
  system: {
    ElementName: 'web & <1>',
    Notes: ['first line\nsecond — ünï'],
    Version: '10.0',
    ConfigurationDataRoot: 'C:\\VMs\\web1',
    SnapshotDataRoot: 'C:\\VMs\\web1',
    SwapFileDataRoot: 'D:\\swap',
    AutomaticStartupAction: 4,
    AutomaticStartupActionDelay: '00000000000130.000000:000',
    AutomaticShutdownAction: 2,
    AutomaticRecoveryAction: 3,
    AutomaticCriticalErrorAction: 1,
    AutomaticCriticalErrorActionTimeout: '00000001003000.000000:000',
    AutomaticSnapshotsEnabled: false,
    UserSnapshotType: 4,
    LowMmioGapSize: 256n,
    HighMmioGapSize: 1024n,
    VirtualNumaEnabled: true,
    BIOSGUID: '{5AB19138-BAE3-417B-92CF-17EAB4346C65}',
    BIOSSerialNumber: '4426-7762',
    NetworkBootPreferredProtocol: 4097,
    SecureBootEnabled: generation === 2,
    SecureBootTemplateId: '1734c6e8-3154-4dda-ba5f-a874cc483422',
    ...(generation === 1 ? { BootOrder: [2, 1, 3, 0] } : {}),
  },
  createdAt: 133_211_269_862_321_404n,
  generationId: '805a287a250989e4fe6f6992be334a43',
  processor: {
    VirtualQuantity: 4n,
    Reservation: 10_000n,
    Limit: 100_000n,
    Weight: 200,
    ExposeVirtualizationExtensions: true,
  },
  memory: {
    VirtualQuantity: 4096n,
    Reservation: 1024n,
    Limit: 8192n,
    Weight: 5000,
    DynamicMemoryEnabled: true,
    TargetMemoryBuffer: 25,
  },
  controllers: [
    ...(generation === 1
      ? ([
          {
            kind: 'ideController',
            id: '83F8638B-8DCA-4152-9EDA-2CA8B33039B4',
            index: 0,
            values: { ElementName: 'boot channel' },
            drives: [disk(1, 'C:\\VMs\\boot.vhd')],
          },
        ] as const)
      : []),
    {
      kind: 'scsiController',
      id: 'AA4B08D9-E0F7-4ADD-B08C-3259AC8BD05D',
      index: 0,
      values: { VirtualSystemIdentifiers: ['{01D2F085-115D-455A-801D-D6B9648A9B2A}'] },
      drives: [
        disk(0, 'C:\\VMs\\web1_6F1B7F4C.avhdx'),
        {
          slot: 1,
          kind: 'dvdDrive',
          recordedType: 'ISO',
          values: {},
          image: { kind: 'cdImage', path: 'D:\\iso\\setup.iso', values: {} },
        },
        { slot: 63, kind: 'dvdDrive', recordedType: 'ISO', values: { ElementName: 'second drive' }, image: null },
      ],
    },
  ],
  adapters: [
    {
      kind: 'syntheticEthernet',
      id: 'B5996220-9AB5-4A2D-A79D-CBE9C4BC06D6',
      values: { ElementName: 'front', Address: '00155D0A0B0C', StaticMacAddress: true, ClusterMonitored: true },
      connection: {
        connected: true,
        switchId: 'C08CB7B8-9B3C-408E-8E30-5E16A3AEB444',
        portId: '2F6A3C11-7D0B-4E3C-9A77-1D3F5B7C9E02',
        hostResources: [],
        values: { LastKnownSwitchName: 'LAN', PoolID: '' },
        features: [
          {
            featureId: '952C5004-4465-451C-8CB8-FA9AB382B773',
            kind: 'vlan',
            displayName: '',
            flags: 0,
            settings: [
              {
                id: '',
                version: 0,
                values: { OperationMode: 2, NativeVlanId: 7, TrunkVlanIdArray: [10, 20] },
                data: null,
              },
            ],
          },
        ],
      },
    },
    {
      kind: 'emulatedEthernet',
      id: 'D5996220-9AB5-4A2D-A79D-CBE9C4BC06D7',
      values: { ElementName: 'legacy', Address: '00155D0A0B0D', StaticMacAddress: false },
      connection: { connected: false, switchId: '', portId: '', hostResources: ['pool'], values: {}, features: [] },
    },
  ],
  serialPorts: [
    { index: 0, connection: '\\\\.\\pipe\\web1', values: { DebuggerMode: true } },
    { index: 1, connection: '', values: {} },
  ],
  integration: { heartbeat: { EnabledState: 2 }, timeSync: { EnabledState: 3 }, kvp: {} },
  displays: { syntheticDisplay: { ResolutionType: 4, HorizontalResolution: 1024, VerticalResolution: 768 } },
  tpm: generation === 2,
  others: [
    { kind: 'security', part: '0A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3', parent: null, values: { TpmEnabled: true } },
    { kind: 'pciExpress', part: '1A5E8D1B-3C5F-4B7A-9E64-2D1C7F80B6A3', parent: 'x\\0', values: {} },
  ],
  own: { absent: ['58F75A6D-D949-4320-99E1-A2A2576D581C'], deviceModels: 'inbox' },
  bootSources: [
    { kind: 'drive', controller: 'AA4B08D9-E0F7-4ADD-B08C-3259AC8BD05D', slot: 0 },
    { kind: 'adapter', adapter: 'B5996220-9AB5-4A2D-A79D-CBE9C4BC06D6' },
  ],
  snapshots: {
    items: [
      { id: '11111111-1111-4111-8111-111111111111', parent: null },
      { id: '22222222-2222-4222-8222-222222222222', parent: '11111111-1111-4111-8111-111111111111' },
    ],
    parent: '22222222-2222-4222-8222-222222222222',
  },
  files: { guestState: 'C:\\VMs\\web1.vmgs', savedState: 'C:\\VMs\\web1.vsv', savedMemory: null },
  manifest: [],
  dataVersions: {},
  unmapped: [],
});

const disk = (slot: number, path: string): MachineDefinition['controllers'][number]['drives'][number] => ({
  slot,
  kind: 'diskDrive',
  recordedType: 'VHD',
  values: {},
  image: {
    kind: 'hardDiskImage',
    path,
    values: { IOPSLimit: 500n, IOPSReservation: 0n, CachingMode: 2, IgnoreFlushes: false },
  },
});
