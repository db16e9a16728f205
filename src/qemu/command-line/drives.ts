import { DomainError } from '../../core/errors.ts';
import type { DiskSpec, MachineSpec } from '../../core/machine-spec.ts';
import { controllerAddress } from './addresses.ts';
import { blockNodes, nodeName } from './block-node.ts';
import { driveDevice, scsiController } from './ids.ts';
import type { MachineLayout } from './layout.ts';
import { json, keyed, type Arguments } from './options.ts';

type Models = MachineSpec['deviceModels'];

/**
 * SCSI controllers by generation and device models (K27). `slots`: drives that one takes. `hotplug`: may drives come
 * and go while the guest runs. Generation 2 `inbox` is AHCI and not NVMe, whose device QEMU cannot save.
 */
const SCSI_MODELS = {
  1: {
    virtio: { driver: 'virtio-scsi-pci', slots: 64, hotplug: true, drive: 'scsi' },
    inbox: { driver: 'mptsas1068', slots: 8, hotplug: true, drive: 'scsi' },
  },
  2: {
    virtio: { driver: 'virtio-scsi-pci', slots: 64, hotplug: true, drive: 'scsi' },
    inbox: { driver: 'ich9-ahci', slots: 6, hotplug: false, drive: 'ide' },
  },
} as const;

export function scsiModel(generation: 1 | 2, models: Models): (typeof SCSI_MODELS)[1 | 2][Models] {
  return SCSI_MODELS[generation][models];
}

export function controllerDevice(
  generation: 1 | 2,
  models: Models,
  controller: number,
): { readonly [member: string]: unknown } {
  const { driver } = scsiModel(generation, models);
  return { driver, id: scsiController(controller), ...controllerAddress(generation, controller) };
}

/** The drive as a device of the guest. `node`: on top of its image; null: it is empty. */
export function driveDeviceFor(
  spec: Pick<MachineSpec, 'generation' | 'deviceModels'>,
  disk: DiskSpec,
  node: string | null,
  bootIndex: number | undefined,
): { readonly [member: string]: unknown } {
  const common = {
    id: driveDevice(disk.id),
    ...(node === null ? {} : { drive: node }),
    ...(bootIndex === undefined || disk.media === 'floppy' ? {} : { bootindex: bootIndex }),
    // A disk that fails or is full stops the guest, which goes on when there is room again (lifecycle §3).
    ...(disk.media === 'disk' ? { werror: 'stop', rerror: 'stop' } : {}),
  };
  const place = drivePlace(spec, disk);
  return { ...place, ...common };
}

function drivePlace(spec: Pick<MachineSpec, 'generation' | 'deviceModels'>, disk: DiskSpec): object {
  const kind = disk.media === 'cd' ? 'cd' : 'hd';
  if (disk.bus === 'floppy') {
    if (spec.generation === 2) throw misplaced(disk, 'a generation 2 machine has no floppy drive');
    return { driver: 'floppy', bus: 'floppy-bus.0', unit: disk.slot };
  }
  if (disk.bus === 'ide') {
    if (spec.generation === 2) throw misplaced(disk, 'a generation 2 machine has no IDE controller');
    if (disk.controller > 1 || disk.slot > 1) throw misplaced(disk, 'IDE has two controllers with two places each');
    return { driver: `ide-${kind}`, bus: `ide.${disk.controller}`, unit: disk.slot };
  }
  const model = scsiModel(spec.generation, spec.deviceModels);
  if (disk.slot >= model.slots) {
    throw misplaced(
      disk,
      `a SCSI controller of these device models has ${model.slots} places; move the drive to another controller or use virtio device models`,
    );
  }
  const controller = scsiController(disk.controller);
  return model.drive === 'ide'
    ? { driver: `ide-${kind}`, bus: `${controller}.${disk.slot}`, unit: 0 }
    : { driver: `scsi-${kind}`, bus: `${controller}.0`, channel: 0, 'scsi-id': disk.slot, lun: 0 };
}

function misplaced(disk: DiskSpec, why: string): DomainError {
  return new DomainError(
    'invalidParameter',
    `The drive at ${disk.bus} ${disk.controller}:${disk.slot} has no place: ${why}.`,
  );
}

export function driveArguments(layout: MachineLayout, bootIndexes: ReadonlyMap<string, number>): Arguments {
  const { spec } = layout;
  const controllers = [...layout.controllers].toSorted((a, b) => a - b);
  return [
    ...controllers.flatMap((controller) =>
      json('-device', controllerDevice(spec.generation, spec.deviceModels, controller)),
    ),
    ...spec.disks.flatMap((disk) => {
      const source = layout.disks.get(disk.id) ?? null;
      const bootIndex = bootIndexes.get(disk.id);
      return [
        ...(source === null ? [] : blockNodes(disk.id, source).flatMap((node) => json('-blockdev', node))),
        ...json('-device', driveDeviceFor(spec, disk, source === null ? null : nodeName(disk.id, source), bootIndex)),
        // The floppy drive has no such property; its controller has.
        ...(disk.media === 'floppy' && bootIndex !== undefined
          ? keyed('-global', null, {
              driver: 'isa-fdc',
              property: disk.slot === 0 ? 'bootindexA' : 'bootindexB',
              value: String(bootIndex),
            })
          : []),
      ];
    }),
  ];
}
