import { deviceValue, effectiveDevice } from '../../devices/effective.ts';
import { NO_MAC } from '../../devices/ethernet.ts';
import { classFits, kindRow } from '../../devices/kinds.ts';
import type { DeviceKindRow } from '../../devices/kind.ts';
import { ADAPTER_KINDS, IMAGE_KINDS } from '../../devices/wiring.ts';
import type { DeviceSetting, SettingValue } from '../../model.ts';
import type { RequestContext, ResourceInput, SettingRef } from '../../requests.ts';
import { sameValue } from '../../settings-equal.ts';
import type { SystemsContext } from '../context.ts';
import { devicePropertyMoment } from './device-properties.ts';
import { checkDevice, followStaticMemory, noMacAddress, normaliseMac } from './device-rules.ts';
import { type ConfigurationDraft, withDeviceValues } from '../draft.ts';
import { withDrafts } from './many-turns.ts';
import { type Moment, momentAllows, momentRefusal } from '../moments.ts';
import { moveDevice } from './move-device.ts';
import { isOnIde } from './place-resources.ts';
import { invalid, quote } from '../refusals.ts';
import { checkValues } from '../value-checks.ts';

export type ResourceChange = ResourceInput & { readonly target: SettingRef };

/** ModifyResourceSettings and ModifyFeatureSettings (management-service §2): all or none, settings of any systems. */
export const modifyResources = (
  context: SystemsContext,
  _request: RequestContext,
  changes: readonly ResourceChange[],
): Promise<readonly SettingRef[]> =>
  withDrafts(
    context,
    changes.map((change) => change.target),
    (drafts) =>
      changes.map((change) => {
        const draft = drafts.of(change.target.configuration);
        const part = modifyOne(draft, change);
        return { configuration: draft.original.id, part };
      }),
  );

const modifyOne = (draft: ConfigurationDraft, change: ResourceChange): string => {
  checkValues(change.values);
  const device = draft.find(change.target.part);
  if (device === undefined) throw invalid(`No setting has the InstanceID part ${quote(change.target.part)}.`);
  const row = kindRow(device.kind);
  checkIdentity(change, row);
  const accepted: Record<string, SettingValue> = {};
  const current = effectiveDevice(device);
  for (const [name, given] of Object.entries(change.values)) {
    if (given === null) continue;
    const value = normalise(row, name, given, current);
    if (sameValue(current[name], value)) continue;
    const moment = devicePropertyMoment(row, name);
    if (moment === 'readOnly' || name === 'AddressOnParent') continue;
    requireMoment(draft, device, row, name, moment);
    accepted[name] = value;
  }
  checkMedium(draft, device, row, accepted);
  const changed = withDeviceValues(device, accepted);
  const finished = device.kind === 'memory' ? withDeviceValues(changed, followStaticMemory(device, changed)) : changed;
  if (finished !== device) {
    checkDevice(finished);
    checkTpm(draft, finished);
    draft.replace(device.part, finished);
  }
  return moveDevice(draft, finished, change.parent, change.values.AddressOnParent ?? null);
};

/** A text of another class, or of another type, is a mistake of the client and not a change (embedded-instances §4). */
const checkIdentity = (change: ResourceChange, row: DeviceKindRow): void => {
  if (!classFits(change.className, row)) {
    throw invalid(
      `A text of class ${quote(change.className)} does not describe this setting, which is ${row.settingClass}.`,
    );
  }
  const type = change.values.ResourceType;
  if (typeof type === 'number' && row.resourceType !== null && type !== row.resourceType) {
    throw invalid(`ResourceType ${type} does not describe this setting, whose ResourceType is ${row.resourceType}.`);
  }
};

const normalise = (
  row: DeviceKindRow,
  name: string,
  given: SettingValue,
  current: Readonly<Record<string, SettingValue>>,
): SettingValue => {
  if (!ADAPTER_KINDS.has(row.kind) || name !== 'Address' || typeof given !== 'string') return given;
  if (given === '') return NO_MAC;
  const mac = normaliseMac(given);
  if (mac === null) throw noMacAddress(given);
  return mac === current.Address ? (current.Address ?? mac) : mac;
};

const requireMoment = (
  draft: ConfigurationDraft,
  device: DeviceSetting,
  row: DeviceKindRow,
  name: string,
  moment: Moment,
): void => {
  const effective = narrowed(draft, device, name, moment);
  if (!momentAllows(draft.system, effective))
    throw momentRefusal(draft.system, `${name} of ${row.elementName}`, effective);
};

/** Where lifecycle §8 looks at more than the property. */
const narrowed = (draft: ConfigurationDraft, device: DeviceSetting, name: string, moment: Moment): Moment => {
  // A disk on IDE cannot be exchanged while the machine runs.
  if (device.kind === 'hardDiskImage' && name === 'HostResource') {
    const drive = device.parent === null ? null : (draft.find(device.parent) ?? null);
    if (isOnIde(draft, drive)) return 'off';
  }
  // Startup memory of a machine with dynamic memory, or of one older than 2016, is fixed while it runs.
  if (device.kind === 'memory' && name === 'VirtualQuantity') {
    const version = Number.parseInt(String(draft.values.Version ?? '10'), 10);
    if (deviceValue(device, 'DynamicMemoryEnabled') === true || version < 8) return 'off';
  }
  return moment;
};

/** A hard disk needs a file; a DVD drive of a running machine is emptied by removing its medium (management-service §2). */
const checkMedium = (
  draft: ConfigurationDraft,
  device: DeviceSetting,
  row: DeviceKindRow,
  accepted: Readonly<Record<string, SettingValue>>,
): void => {
  if (!IMAGE_KINDS.has(device.kind) || accepted.HostResource === undefined) return;
  const value = accepted.HostResource;
  const path = Array.isArray(value) ? value[0] : undefined;
  if (typeof path === 'string' && path !== '') return;
  if (device.kind === 'hardDiskImage')
    throw invalid(`${row.elementName} needs HostResource: the path of its file. Remove the setting instead.`);
  if (draft.system.kind === 'realized' && draft.system.power !== 'off') {
    throw invalid('An inserted medium is not emptied by a modify. Remove its setting with RemoveResourceSettings.');
  }
};

const checkTpm = (draft: ConfigurationDraft, device: DeviceSetting): void => {
  if (device.kind === 'security' && draft.system.generation === 1 && deviceValue(device, 'TpmEnabled') === true) {
    throw invalid('A virtual TPM needs generation 2.');
  }
};
