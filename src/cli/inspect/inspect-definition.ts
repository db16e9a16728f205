import type { DefinedAdapter, DefinedController, MachineDefinition } from '../../hvfile/definition/definition.ts';
import type { HostRegistry } from '../../hvfile/definition/host-registry.ts';
import { BOOT_DEVICES } from '../../hvfile/definition/fields.ts';
import { childNode, type HvLeaf, type HvNode, leavesOf, pathText } from '../../hvfile/tree.ts';
import type { Section } from '../print/sections.ts';

const CUT = 60;
const cut = (text: string): string => (text.length <= CUT ? text : `${text.slice(0, CUT)}...`);

const valueText = (leaf: HvLeaf): string => {
  if (leaf.type === 'bytes') return leaf.value.toString('hex');
  return leaf.type === 'object' ? `${leaf.value.size} bytes at ${leaf.value.offset}` : String(leaf.value);
};

/** Every key: path, type and value, separated by blanks. */
export function* keyLines(root: HvNode): Generator<string> {
  for (const { steps, leaf } of leavesOf(root)) yield `${pathText(steps)} ${leaf.type} ${valueText(leaf)}`;
}

const text = (value: unknown): string =>
  Array.isArray(value) ? value.join(' ') : value === undefined ? '' : String(value);

/** 100 ns since 1601, as the clock of UTC says it. */
const fileTime = (ticks: bigint | null): string => {
  if (ticks === null) return '';
  const ms = Number(ticks / 10_000n) - 11_644_473_600_000;
  return Math.abs(ms) > 8.64e15 ? String(ticks) : new Date(ms).toISOString();
};

const memoryText = ({ memory }: MachineDefinition): string => {
  const size = `${text(memory['VirtualQuantity'])} MB`;
  return memory['DynamicMemoryEnabled'] === true
    ? `${size}, dynamic ${text(memory['Reservation'])} to ${text(memory['Limit'])} MB`
    : size;
};

/** Device numbers of generation 1 by their names in definition files; drives and adapters of generation 2. */
const bootOrder = ({ generation, system, bootSources, adapters, controllers }: MachineDefinition): string => {
  if (generation === 2)
    return bootSources
      .map((source) => {
        if (source.kind === 'drive') {
          const number = controllers
            .filter(({ kind }) => kind === 'scsiController')
            .findIndex(({ id }) => id === source.controller);
          return `SCSI ${number}:${source.slot}`;
        }
        const adapter = adapters.find(({ id }) => id === source.adapter);
        return adapter === undefined ? source.adapter : text(adapter.values['ElementName']);
      })
      .join(', ');
  const order = system['BootOrder'];
  return Array.isArray(order)
    ? order.map((number) => BOOT_DEVICES.find(([, cim]) => cim === number)?.[0] ?? String(number)).join(', ')
    : '';
};

export const definitionSections = (definition: MachineDefinition): Section[] => {
  const { system, files, snapshots } = definition;
  const facts: [string, string][] = [
    ['name', text(system['ElementName'])],
    ['id', definition.id],
    ['kind', definition.kind === 'machine' ? 'machine' : `checkpoint (${definition.typeId})`],
    ['generation', String(definition.generation)],
    ['version', text(system['Version'])],
    ['notes', text(system['Notes'])],
    ['created', fileTime(definition.createdAt)],
    ['processors', text(definition.processor['VirtualQuantity'])],
    ['memory', memoryText(definition)],
    ['secure boot', text(system['SecureBootEnabled'])],
    ['boot order', bootOrder(definition)],
    ['data root', text(system['ConfigurationDataRoot'])],
    ['guest state', files.guestState ?? ''],
    ['saved state', [files.savedState, files.savedMemory].filter((file) => file !== null).join(' ')],
    [
      'serial ports',
      definition.serialPorts
        .map((port) => port.connection)
        .filter((c) => c !== '')
        .join(' '),
    ],
    ['integration', integrationText(definition)],
    ['parent checkpoint', snapshots.parent ?? ''],
  ];
  return [
    { columns: ['machine', 'value'], rows: facts.filter(([, value]) => value !== '') },
    { columns: ['drive', 'slot', 'kind', 'path'], rows: definition.controllers.flatMap(driveRows) },
    { columns: ['adapter', 'mac', 'switch', 'features'], rows: definition.adapters.map(adapterRow) },
    { columns: ['checkpoint', 'parent'], rows: snapshots.items.map(({ id, parent }) => [id, parent ?? '']) },
    { columns: ['not understood', 'type', 'value'], rows: unmappedRows(definition) },
  ];
};

/** Old configurations carry hundreds of metrics: all of them are in the JSON. */
const MOST_UNMAPPED = 30;

const unmappedRows = ({ unmapped }: MachineDefinition): string[][] => {
  const rows = unmapped
    .slice(0, MOST_UNMAPPED)
    .map(({ steps, leaf }) => [pathText(steps), leaf.type, cut(valueText(leaf))]);
  const more = unmapped.length - rows.length;
  return more === 0 ? rows : [...rows, [`and ${more} more; -o json has all`, '', '']];
};

const integrationText = ({ integration }: MachineDefinition): string =>
  Object.entries(integration)
    .map(([kind, values]) => (values['EnabledState'] === 3 ? `${kind} (off)` : kind))
    .join(' ');

const driveRows = ({ kind, index, drives }: DefinedController): string[][] =>
  drives.map((drive) => [
    kind === 'ideController' ? `IDE ${index}` : kind === 'scsiController' ? 'SCSI' : 'diskette',
    String(drive.slot),
    drive.kind ?? `unknown: ${drive.recordedType}`,
    drive.image?.path ?? '',
  ]);

const adapterRow = ({ kind, values, connection }: DefinedAdapter): string[] => [
  `${text(values['ElementName'])}${kind === 'emulatedEthernet' ? ' (emulated)' : ''}`,
  `${text(values['Address'])} ${values['StaticMacAddress'] === true ? 'static' : 'dynamic'}`,
  connection.connected ? text(connection.values['LastKnownSwitchName']) || connection.switchId : 'not connected',
  connection.features.map((feature) => feature.kind ?? feature.featureId).join(' '),
];

export const registrySections = (registry: HostRegistry): Section[] => [
  { columns: ['machine', 'definition'], rows: registry.machines.map(({ id, file }) => [id, file]) },
  { columns: ['resource pool', 'definition'], rows: registry.resourceTypes.map(({ id, file }) => [id, file]) },
  { columns: ['copy held'], rows: registry.cached.map((id) => [id]) },
  { columns: ['refused entry'], rows: registry.refused.map((path) => [path]) },
];

/** What a .vmrs says about a saved state (hyperv-files §2); its processors and devices cannot go on in QEMU. */
export const runtimeSections = (root: HvNode): Section[] => {
  const state = childNode(root, 'savedstate');
  const items = state?.children ?? [];
  const blocks = items.filter(({ name }) => /^RamBlock\d+$/.test(name)).length;
  const type = items.find((item): item is HvLeaf => item.name === 'type' && item.type === 'string');
  const version = items.find((item): item is HvLeaf => item.name === 'VmVersion' && item.type === 'int');
  const versionValue = version?.type === 'int' ? Number(version.value) : null;
  return [
    {
      columns: ['runtime', 'value'],
      rows: [
        ['saved state', state === undefined ? 'none' : type?.type === 'string' ? type.value : 'of unknown type'],
        ...(versionValue === null ? [] : [['version', `${versionValue >>> 8}.${versionValue & 0xff}`]]),
        ...(state === undefined ? [] : [['blocks of memory', String(blocks)]]),
        ['keys', String(leavesOf(root).length)],
      ],
    },
  ];
};
