import { kindRow, resolveKind } from '../../devices/kinds.ts';
import type { DeviceKindRow } from '../../devices/kind.ts';
import { NO_MAC } from '../../devices/ethernet.ts';
import { REPEATABLE_FEATURES } from '../../devices/port-features.ts';
import { IMAGE_KINDS, LIMITS, PARENTS_OF, ADAPTER_KINDS } from '../../devices/wiring.ts';
import type { DeviceSetting, SettingValue, SettingValues } from '../../model.ts';
import type { ResourceInput, SettingRef } from '../../requests.ts';
import { devicePropertyMoment, presenceMoment } from './device-properties.ts';
import { checkDevice, followStaticMemory, noMacAddress, normaliseMac } from './device-rules.ts';
import { type ConfigurationDraft, withDeviceValues } from '../draft.ts';
import { momentAllows, momentRefusal } from '../moments.ts';
import { placeDevice } from '../placement.ts';
import { NO_VALUES } from '../record.ts';
import { invalid, quote } from '../refusals.ts';
import { checkValues } from '../value-checks.ts';

/** `define`: a processor or memory replaces the values of the default one (management-service §2, DefineSystem). */
export type PlacingMode = 'define' | 'add' | 'feature';

/**
 * Adds what the inputs describe to the draft, in an order in which parents come before their children: an input may name
 * another one of the same call as its parent by the InstanceID given there. Answers in input order.
 */
export const placeResources = (
  draft: ConfigurationDraft,
  inputs: readonly ResourceInput[],
  mode: PlacingMode,
): readonly DeviceSetting[] => {
  if (inputs.length > MAXIMUM_INPUTS)
    throw invalid(`${inputs.length} resources in one call; at most ${MAXIMUM_INPUTS} are taken.`);
  const placed = new Map<number, DeviceSetting>();
  const visiting = new Set<number>();
  /** In array order, but for parents, which come just before their first child. */
  const place = (index: number, input: ResourceInput): DeviceSetting => {
    const held = placed.get(index);
    if (held !== undefined) return held;
    if (visiting.has(index))
      throw invalid('The Parent properties of the resources form a circle. Give each a parent that exists.');
    visiting.add(index);
    const device = placeOne(draft, input, parentOf(draft, input, inputs, place), mode);
    placed.set(index, device);
    return device;
  };
  return inputs.map((input, index) => place(index, input));
};

const MAXIMUM_INPUTS = 1024;

const kindOf = (input: ResourceInput): DeviceKindRow => {
  const number = input.values.ResourceType;
  const subType = input.values.ResourceSubType;
  const other = input.values.OtherResourceType;
  const row = resolveKind({
    settingClass: input.className,
    resourceType: typeof number === 'number' ? number : null,
    resourceSubType: typeof subType === 'string' ? subType : null,
    otherResourceType: typeof other === 'string' ? other : null,
  });
  if (row !== undefined) return row;
  const type = number === undefined || number === null ? 'no ResourceType' : `ResourceType ${String(number)}`;
  const sub = typeof subType === 'string' && subType !== '' ? quote(subType) : 'none';
  throw invalid(`No resource is known by class ${quote(input.className)}, ${type} and ResourceSubType ${sub}.`);
};

/** The parent's setting, placed before if it is another input of the call; null where none was given. */
const parentOf = (
  draft: ConfigurationDraft,
  input: ResourceInput,
  inputs: readonly ResourceInput[],
  place: (index: number, input: ResourceInput) => DeviceSetting,
): DeviceSetting | null => {
  const { parent } = input;
  if (parent === undefined) return null;
  if (parent === null)
    throw invalid(
      'The Parent of a resource names nothing that exists. Give the path of a setting of this virtual machine.',
    );
  if (typeof parent !== 'string') return parentDevice(draft, parent);
  const wanted = parent.toLowerCase();
  const index = inputs.findIndex((other) => other !== input && other.instanceId?.toLowerCase() === wanted);
  const found = inputs[index];
  if (found === undefined) throw invalid(`The Parent ${quote(parent)} names nothing that exists.`);
  return place(index, found);
};

const parentDevice = (draft: ConfigurationDraft, ref: SettingRef): DeviceSetting => {
  if (ref.configuration.toUpperCase() !== draft.original.id) {
    throw invalid(
      'The Parent belongs to another virtual machine or snapshot. Give a setting of the same configuration.',
    );
  }
  const device = draft.find(ref.part);
  if (device === undefined) throw invalid(`The Parent ${quote(ref.part)} is no setting of this configuration.`);
  return device;
};

const placeOne = (
  draft: ConfigurationDraft,
  input: ResourceInput,
  parent: DeviceSetting | null,
  mode: PlacingMode,
): DeviceSetting => {
  checkValues(input.values);
  const row = kindOf(input);
  if ((row.featureId !== undefined) !== (mode === 'feature')) {
    throw invalid(
      mode === 'feature'
        ? `${row.settingClass} is no feature of a switch port. Add it as a resource.`
        : `${row.settingClass} is a feature of a switch port. Add it to its connection with AddFeatureSettings.`,
    );
  }
  const values = addedValues(row, input.values);
  if (mode === 'define' && (row.kind === 'processor' || row.kind === 'memory')) {
    const device = draft.devices.find((held) => held.kind === row.kind);
    if (device === undefined) throw new Error(`a configuration without ${row.kind}`);
    const changed = finishValues(device, values);
    draft.replace(device.part, changed);
    return changed;
  }
  checkCount(draft, row, parent);
  const onIde = PARENTS_OF[row.kind] !== undefined && isOnIde(draft, parent);
  const moment = mode === 'feature' ? 'any' : presenceMoment(row.kind, draft.system.generation, onIde);
  if (!momentAllows(draft.system, moment))
    throw momentRefusal(draft.system, `The set of devices (${row.elementName})`, moment);
  const place = placeDevice(draft, row, parent, input.values.AddressOnParent ?? null, input.connectionId);
  const blank: DeviceSetting = { part: place.part, kind: row.kind, parent: place.parent, values: NO_VALUES };
  const device = finishValues(blank, place.slot === null ? values : { ...values, AddressOnParent: String(place.slot) });
  draft.add(device);
  if (device.kind === 'ethernetConnection') addOffload(draft, device);
  return device;
};

/** Every connection has settings of what the network card does for it: clients change them and never add them (os-win). */
const addOffload = (draft: ConfigurationDraft, connection: DeviceSetting): void => {
  const { part, parent } = placeDevice(draft, kindRow('offload'), connection, null, undefined);
  draft.add({ part, kind: 'offload', parent, values: NO_VALUES });
};

export const isOnIde = (draft: ConfigurationDraft, parent: DeviceSetting | null): boolean => {
  for (let above = parent; above !== null; ) {
    if (above.kind === 'ideController') return true;
    above = above.parent === null ? null : (draft.find(above.parent) ?? null);
  }
  return false;
};

const finishValues = (device: DeviceSetting, values: SettingValues): DeviceSetting => {
  const changed = withDeviceValues(device, values);
  const finished = device.kind === 'memory' ? withDeviceValues(changed, followStaticMemory(device, changed)) : changed;
  checkDevice(finished);
  return finished;
};

/** The given values that an add honours; addresses in their one form. */
const addedValues = (row: DeviceKindRow, given: SettingValues): SettingValues => {
  const values: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && devicePropertyMoment(row, name) !== 'readOnly') values[name] = value;
  }
  if (ADAPTER_KINDS.has(row.kind)) {
    const address = values.Address;
    const mac = typeof address === 'string' && address !== '' ? normaliseMac(address) : NO_MAC;
    if (mac === null) throw noMacAddress(String(address));
    // A dynamic address is given at the first start, whatever the client's template carried.
    values.Address = values.StaticMacAddress === true ? mac : NO_MAC;
  }
  if (IMAGE_KINDS.has(row.kind)) {
    const resource = values.HostResource;
    const path = Array.isArray(resource) ? resource[0] : undefined;
    if (typeof path !== 'string' || path === '') {
      throw invalid(`${row.elementName} needs HostResource: the path of its file.`);
    }
  }
  // The slot is decided by placement.
  delete values.AddressOnParent;
  if (values.ElementName === '') delete values.ElementName;
  return values;
};

const checkCount = (draft: ConfigurationDraft, row: DeviceKindRow, parent: DeviceSetting | null): void => {
  const { generation } = draft.system;
  const limit = LIMITS[row.kind]?.[generation];
  if (limit !== undefined && draft.count(row.kind) >= limit) {
    throw invalid(
      limit === 0
        ? `${row.elementName} does not exist in a generation ${generation} virtual machine.`
        : `A generation ${generation} virtual machine has at most ${limit} of ${row.elementName}.`,
    );
  }
  if (parent === null) return;
  if (row.kind === 'ethernetConnection' && draft.children(parent.part).length > 0) {
    throw invalid('The network adapter already has a connection. Modify that one.');
  }
  if (row.featureId !== undefined && !REPEATABLE_FEATURES.has(row.kind)) {
    const twin = draft.children(parent.part).some((held) => held.kind === row.kind);
    if (twin)
      throw invalid(`The connection already has ${kindRow(row.kind).elementName}. Modify them, or remove them first.`);
  }
};
