import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { KeyValue, ObjectPath } from '../../../cim/object-path.ts';
import { numberValue } from '../../../core/devices/effective.ts';
import { DEVICE_KINDS, kindRow } from '../../../core/devices/kinds.ts';
import { tpmSetting } from '../../../core/devices/tpm.ts';
import type { DeviceSetting, VirtualSystem } from '../../../core/model.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { DeviceEntity } from '../entities.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';
import { POWER_STATES } from '../systems/power-state.ts';
import { deviceValues } from './device-values.ts';

const VIDEO_HEAD = 'Msvm_VideoHead';
const TPM = 'Msvm_TPM';
const DISPLAYS = ['syntheticDisplay', 's3Display'] as const;

/** Classes of devices of running systems, each once. */
export const DEVICE_CLASSES: readonly string[] = [
  ...new Set(DEVICE_KINDS.flatMap((row) => (row.deviceClass === null ? [] : [row.deviceClass]))),
  VIDEO_HEAD,
];

/** DeviceID of memory differs from its setting's id (object-model §5, dump). */
const MEMORY_DEVICE = '4764334D-E001-4176-82EE-5594EC9B530E\\0';

const device = (
  system: VirtualSystem,
  setting: DeviceSetting,
  className: string,
  id: string,
  index = 0,
  row = kindRow(setting.kind),
): DeviceEntity => ({
  kind: 'device',
  className,
  system,
  setting,
  row,
  id,
  index,
});

/** The devices that one setting of a running system stands for. */
export function* devicesOfSetting(system: VirtualSystem, setting: DeviceSetting): Iterable<DeviceEntity> {
  if (GIVES_TPM.has(setting.kind)) {
    const tpm = tpmOf(system);
    if (tpm?.setting === setting) yield tpm;
  }
  const { deviceClass } = kindRow(setting.kind);
  if (deviceClass === null || deviceClass === TPM) return;
  if (setting.kind === 'processor') {
    const stem = setting.part.slice(0, setting.part.lastIndexOf('\\'));
    const count = numberValue(setting, 'VirtualQuantity');
    for (let index = 0; index < count; index++) yield device(system, setting, deviceClass, `${stem}\\${index}`, index);
  } else if (setting.kind === 'memory') yield device(system, setting, deviceClass, MEMORY_DEVICE);
  else yield device(system, setting, deviceClass, setting.part);
}

const GIVES_TPM: ReadonlySet<string> = new Set(['security', 'tpm']);

/** Whichever setting gives it, a machine has one TPM at most. */
const tpmOf = (system: VirtualSystem): DeviceEntity | undefined => {
  const setting = tpmSetting(system.active);
  const row = kindRow('tpm');
  return setting === undefined ? undefined : device(system, setting, TPM, row.fixedPart ?? setting.part, 0, row);
};

/** The first display a guest has; the one video head hangs on it. */
const displayOf = (system: VirtualSystem): DeviceSetting | undefined => {
  for (const kind of DISPLAYS) {
    const found = system.active.devices.find((setting) => setting.kind === kind);
    if (found !== undefined) return found;
  }
  return undefined;
};

export const videoHeadOf = (system: VirtualSystem): DeviceEntity | undefined => {
  const display = hasDevices(system) ? displayOf(system) : undefined;
  return display === undefined ? undefined : device(system, display, VIDEO_HEAD, `${display.part}\\Head\\0`);
};

/** Devices exist only while there is a guest (object-model §7): os-win reads "no component" as "already off". */
export const hasDevices = (system: VirtualSystem): boolean =>
  system.kind === 'realized' && POWER_STATES[system.power].devices;

/** Every device of a system; none when it is not running. */
export function* devicesOf(system: VirtualSystem): Iterable<DeviceEntity> {
  if (!hasDevices(system)) return;
  for (const setting of system.active.devices) yield* devicesOfSetting(system, setting);
  const head = videoHeadOf(system);
  if (head !== undefined) yield head;
}

function* ofClass(system: VirtualSystem, className: string): Iterable<DeviceEntity> {
  if (!hasDevices(system)) return;
  if (className === VIDEO_HEAD) {
    const head = videoHeadOf(system);
    if (head !== undefined) yield head;
    return;
  }
  if (className === TPM) {
    const tpm = tpmOf(system);
    if (tpm !== undefined) yield tpm;
    return;
  }
  for (const setting of system.active.devices) {
    if (kindRow(setting.kind).deviceClass !== className) continue;
    // That of security settings gives a TPM as well.
    for (const entity of devicesOfSetting(system, setting)) if (entity.className === className) yield entity;
  }
}

/** Devices of one class of all running systems. */
export class DeviceSet implements EntitySet<DeviceEntity> {
  readonly kind = 'device';
  readonly className: string;
  readonly #projection: Projection;
  /** The security element is one of its system and has no DeviceID. */
  readonly #hasDeviceId: boolean;

  constructor(projection: Projection, className: string) {
    this.#projection = projection;
    this.className = className;
    this.#hasDeviceId = projection.class(className).property('DeviceID') !== undefined;
  }

  *entities(): Iterable<DeviceEntity> {
    for (const system of this.#projection.graph.systems()) yield* ofClass(system, this.className);
  }

  find(path: ObjectPath): DeviceEntity | undefined {
    const name = path.key('SystemName');
    const system = typeof name === 'string' ? this.#projection.graph.system(name.toUpperCase()) : undefined;
    if (system === undefined) return undefined;
    const id = path.key('DeviceID');
    const wanted = typeof id === 'string' ? fold(id.replaceAll('\\\\', '\\')) : null;
    if (this.#hasDeviceId && wanted === null) return undefined;
    for (const entity of ofClass(system, this.className)) {
      if (!this.#hasDeviceId || fold(deviceId(entity)) === wanted) return entity;
    }
    return undefined;
  }

  path(entity: DeviceEntity): ObjectPath {
    return this.#projection.path(this.className, this.#keys(entity));
  }

  instance(entity: DeviceEntity): CimInstance {
    return this.#projection
      .shape(this.className, `device, ${entity.row.kind}`, () => ({
        OperationalStatus: [2],
        StatusDescriptions: ['OK'],
        HealthState: 5,
        Status: 'OK',
        Caption: entity.row.caption,
        Description: `Microsoft Virtual ${entity.row.elementName}`,
        Name: entity.row.elementName,
        ...schemaTexts(this.#projection, this.className),
      }))
      .make({ ...deviceValues(this.#projection, entity), ...this.#keys(entity) });
  }

  candidates(property: string, match: Match, value: string): Iterable<DeviceEntity> | undefined {
    if (match !== 'equal' || property !== 'systemname') return undefined;
    const system = this.#projection.graph.system(value.toUpperCase());
    return system === undefined ? [] : ofClass(system, this.className);
  }

  #keys(entity: DeviceEntity): Record<string, KeyValue> {
    return {
      CreationClassName: this.className,
      ...(this.#hasDeviceId ? { DeviceID: deviceId(entity) } : {}),
      SystemCreationClassName: COMPUTER_SYSTEM,
      SystemName: entity.system.id,
    };
  }
}

const deviceId = (entity: DeviceEntity): string => `Microsoft:${entity.id}`;

/** Texts that the schema itself gives for the class win over those made from the kind. */
const schemaTexts = (projection: Projection, className: string): Record<string, string> => {
  const texts: Record<string, string> = {};
  for (const name of ['Caption', 'Description', 'Name']) {
    const value = projection.class(className).property(name)?.default;
    if (typeof value === 'string') texts[name] = value;
  }
  return texts;
};
