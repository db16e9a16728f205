import { join } from 'node:path';
import { deviceValue, firstText, numberValue } from '../../devices/effective.ts';
import { kindRow } from '../../devices/kinds.ts';
import { tpmSetting } from '../../devices/tpm.ts';
import { DRIVE_KINDS } from '../../devices/wiring.ts';
import { DomainError } from '../../errors.ts';
import type { Configuration, DeviceSetting, SettingValues, VirtualSystem } from '../../model.ts';
import type { AdapterSpec, DiskSpec, MachineSpec, SerialSpec } from '../../machine-spec.ts';
import type { SystemsContext } from '../context.ts';
import { MEDIA_OF } from './external-checks.ts';
import { adapterSpecs } from './machine-networks.ts';
import { slotOf } from '../placement.ts';
import { quote, settingSource } from '../refusals.ts';
import { heldFiles } from '../../differencing/held-files.ts';
import { withOwnFiles } from '../../differencing/own-files.ts';
import { effectiveValues, elementNameOf } from '../system-defaults.ts';

export type SpecContext = Pick<SystemsContext, 'graph' | 'disks' | 'paths' | 'host' | 'hypervisor'>;

/** A spec made before, and the configuration it was made of: what did not change is not looked up again. */
export interface KnownSpec {
  readonly configuration: Configuration;
  readonly spec: MachineSpec;
}

/**
 * The machine that the active settings describe. Files are resolved and inspected now.
 * @throws DomainError whose source is the setting that stands in the way (jobs-and-errors §9)
 */
export const buildMachineSpec = async (
  context: SpecContext,
  system: VirtualSystem,
  known: KnownSpec | null = null,
): Promise<MachineSpec> => {
  const { active } = system;
  const values = effectiveValues(system, active);
  refuseUnservable(system);
  const disks = await diskSpecs(context, system, known);
  const adapters = adapterSpecs(context, active);
  const state = context.paths.stateDirectory(system.id);
  return {
    id: system.id,
    name: elementNameOf(active),
    generation: system.generation,
    processors: processorsOf(active),
    memory: memoryOf(context, system),
    deviceModels: system.extras?.deviceModels ?? 'virtio',
    firmware: firmwareOf(system, values, state, disks, adapters),
    tpm: tpmSetting(active) === undefined ? null : { stateDirectory: join(state, 'tpm') },
    disks,
    adapters,
    serialPorts: await serialSpecs(context, system),
    // K27: guests that came from Hyper-V with their inbox drivers expect its clock, which keeps local time.
    localTimeClock: system.extras?.deviceModels === 'inbox' || system.extras?.localTimeClock === true,
    offOnReboot: values.TurnOffOnGuestRestart === true,
    smbios: {
      uuid: text(values.BIOSGUID).replaceAll(/[{}]/g, ''),
      serial: text(values.BIOSSerialNumber),
      boardSerial: text(values.BaseBoardSerialNumber),
      chassisSerial: text(values.ChassisSerialNumber),
      assetTag: text(values.ChassisAssetTag),
    },
    generationId: system.extras?.generationId ?? system.id,
    runDirectory: context.paths.runDirectory(system.id),
  };
};

const text = (value: SettingValues[string] | undefined): string => (typeof value === 'string' ? value : '');

/** Kinds that are kept as data but that no hypervisor of ours can give a machine. */
export const UNSERVABLE: ReadonlySet<string> = new Set(['physicalDisk', 'fcPort', 'pciExpress', 'gpuPartition']);

const refuseUnservable = (system: VirtualSystem): void => {
  const device = system.active.devices.find((held) => UNSERVABLE.has(held.kind));
  if (device === undefined) return;
  throw failedDevice(
    system,
    device,
    new DomainError(
      'notSupported',
      `This host has no hardware to pass through for ${kindRow(device.kind).elementName}. Remove it.`,
    ),
  );
};

/** The pattern of jobs-and-errors §9: device, then attachment, each a sentence of its own. */
const failedDevice = (system: VirtualSystem, device: DeviceSetting, cause: DomainError): DomainError =>
  new DomainError(cause.code, `${deviceName(device)}: could not be powered on: ${cause.message}`, {
    source: settingSource(system.active.id, device.part, system.id),
    cause,
    ...(cause.hresult === null ? {} : { hresult: cause.hresult }),
  });

const deviceName = (device: DeviceSetting): string => {
  const row = kindRow(device.kind);
  return row.resourceSubType === '' ? row.elementName : row.resourceSubType.replace('Microsoft:Hyper-V:', '');
};

export const processorsOf = (configuration: Configuration): number => {
  const device = configuration.devices.find((held) => held.kind === 'processor');
  return device === undefined ? 1 : numberValue(device, 'VirtualQuantity');
};

const memoryDevice = (configuration: Configuration): DeviceSetting => {
  const device = configuration.devices.find((held) => held.kind === 'memory');
  if (device === undefined) throw new Error('a configuration without memory');
  return device;
};

/** MB that the guest starts with. */
export const memoryMbOf = (configuration: Configuration): number =>
  numberValue(memoryDevice(configuration), 'VirtualQuantity');

const memoryOf = (context: SpecContext, system: VirtualSystem): MachineSpec['memory'] => {
  const device = memoryDevice(system.active);
  const mb = numberValue(device, 'VirtualQuantity');
  if (context.hypervisor.verdict.hypervisor !== 'simulated' && mb > context.host.memoryMb) {
    const cause = new DomainError('outOfMemory', `${mb} MB are wanted and the host has ${context.host.memoryMb} MB.`, {
      hresult: '0x8007000E',
    });
    throw failedDevice(system, device, cause);
  }
  const dynamic = deviceValue(device, 'DynamicMemoryEnabled') === true;
  return {
    mb,
    dynamic: dynamic
      ? { minimumMb: numberValue(device, 'Reservation'), maximumMb: numberValue(device, 'Limit') }
      : null,
  };
};

const BIOS_BOOT = ['floppy', 'cd', 'disk', 'network', 'disk'] as const;

const firmwareOf = (
  system: VirtualSystem,
  values: SettingValues,
  state: string,
  disks: readonly DiskSpec[],
  adapters: readonly AdapterSpec[],
): MachineSpec['firmware'] => {
  if (system.generation === 1) {
    const order = Array.isArray(values.BootOrder) ? values.BootOrder : [];
    const named = order.flatMap((entry) => (typeof entry === 'number' ? (BIOS_BOOT[entry] ?? []) : []));
    return { kind: 'bios', bootOrder: [...new Set(named)], numLock: values.BIOSNumLock === true };
  }
  const present = new Set([...disks, ...adapters].map((device) => device.id));
  return {
    kind: 'uefi',
    secureBoot: values.SecureBootEnabled === true,
    variablesFile: join(state, 'uefi-variables.fd'),
    bootOrder: system.active.bootSources.filter((part) => present.has(part)),
  };
};

const diskSpecs = async (
  context: SpecContext,
  system: VirtualSystem,
  known: KnownSpec | null,
): Promise<readonly DiskSpec[]> => {
  const { active } = system;
  const scsi = active.devices.filter((device) => device.kind === 'scsiController').map((device) => device.part);
  const specs: DiskSpec[] = [];
  for (const drive of active.devices) {
    if (!DRIVE_KINDS.has(drive.kind) || drive.parent === null) continue;
    const image = active.devices.find((device) => device.parent === drive.part);
    // A disk drive without a disk is no device of the guest; a CD or floppy drive is.
    if (drive.kind === 'diskDrive' && (image === undefined || firstText(image, 'HostResource') === null)) continue;
    specs.push(reused(known, drive, image) ?? (await diskSpec(context, system, drive, image, scsi)));
  }
  return specs;
};

/** The former spec of a drive whose settings are the very same records. */
const reused = (known: KnownSpec | null, drive: DeviceSetting, image: DeviceSetting | undefined): DiskSpec | null => {
  if (known === null) return null;
  const { devices } = known.configuration;
  if (!devices.includes(drive) || devices.find((device) => device.parent === drive.part) !== image) return null;
  return known.spec.disks.find((disk) => disk.id === drive.part) ?? null;
};

const diskSpec = async (
  context: SpecContext,
  system: VirtualSystem,
  drive: DeviceSetting,
  image: DeviceSetting | undefined,
  scsi: readonly string[],
): Promise<DiskSpec> => {
  const controller = drive.parent ?? '';
  const scsiIndex = scsi.indexOf(controller);
  const bus = drive.kind === 'disketteDrive' ? 'floppy' : scsiIndex >= 0 ? 'scsi' : 'ide';
  const media = drive.kind === 'dvdDrive' ? 'cd' : drive.kind === 'disketteDrive' ? 'floppy' : 'disk';
  const limit = image === undefined ? 0 : numberValue(image, 'IOPSLimit');
  return {
    id: drive.part,
    bus,
    controller: bus === 'scsi' ? scsiIndex : Number(controller.split('\\')[1] ?? 0),
    slot: slotOf(drive) ?? 0,
    media,
    image: image === undefined ? null : await openImage(context, system, drive, image),
    iopsLimit: limit === 0 ? null : limit,
  };
};

const openImage = async (
  context: SpecContext,
  system: VirtualSystem,
  drive: DeviceSetting,
  image: DeviceSetting,
): Promise<DiskSpec['image']> => {
  const path = firstText(image, 'HostResource');
  if (path === null) return null;
  try {
    const found = await context.disks.inspect(path, MEDIA_OF[image.kind] ?? 'disk');
    return await withOwnFiles(context.paths, system, heldFiles(context.graph, system), found);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const cause = new DomainError('failed', `Attachment ${quote(path)} could not be opened: ${error.message}`, {
      ...(error.hresult === null ? {} : { hresult: error.hresult }),
    });
    throw failedDevice(system, drive, cause);
  }
};

const serialSpecs = async (context: SpecContext, system: VirtualSystem): Promise<readonly SerialSpec[]> => {
  const specs: SerialSpec[] = [];
  for (const device of system.active.devices) {
    if (device.kind !== 'serialPort') continue;
    const path = firstText(device, 'Connection');
    try {
      specs.push({ id: device.part, socket: path === null ? null : await context.paths.serialSocket(path) });
    } catch (error) {
      throw error instanceof DomainError ? failedDevice(system, device, error) : error;
    }
  }
  return specs;
};
