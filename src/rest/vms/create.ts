import { z } from 'zod';
import type { ObjectPath } from '../../cim/object-path.ts';
import { driveOf, imageOf, nicResources, scsiController } from '../devices/blueprints.ts';
import { newNic } from '../devices/nic-routes.ts';
import {
  addResources,
  changeResources,
  type NewResource,
  RESOURCE,
  resourceTexts,
  SERIAL,
} from '../devices/resources.ts';
import type { Management } from '../management/management.ts';
import { MANAGEMENT_SERVICE, SYSTEM, SYSTEM_SETTING, systemPath } from '../management/names.ts';
import { Problem } from '../problems/problem.ts';

const path = z.string().min(1).max(4096).nullable().default(null);

export const newVm = z.strictObject({
  name: z.string().min(1).max(256),
  generation: z.union([z.literal(1), z.literal(2)]).default(2),
  notes: z.string().max(65_536).default(''),
  processors: z.number().int().min(1).max(2048).default(1),
  memory: z
    .strictObject({
      startupMb: z.number().int().min(1).optional(),
      dynamic: z.boolean().optional(),
      minimumMb: z.number().int().min(1).nullable().optional(),
      maximumMb: z.number().int().min(1).nullable().optional(),
    })
    .optional(),
  secureBoot: z.boolean().optional(),
  disks: z
    .array(z.strictObject({ kind: z.enum(['disk', 'dvd']).default('disk'), path }))
    .max(64)
    .default([]),
  nics: z
    .array(newNic.omit({ vlanId: true }))
    .max(12)
    .default([]),
  serialPorts: z
    .array(z.strictObject({ pipe: z.string().min(1).max(1000) }))
    .max(2)
    .default([]),
});

type NewVm = z.infer<typeof newVm>;

/** IDE controllers and serial ports that each machine has from the start (object-model §6). */
const IDE = '83F8638B-8DCA-4152-9EDA-2CA8B33039B4';
const COM = '8E3A359F-559A-4B6A-98A9-1690A6100ED7';

/** Drives with their images, on a SCSI controller of the same call or on the IDE controllers that are there, two on each. */
const diskResources = ({ generation, disks }: NewVm): readonly NewResource[] => {
  if (disks.length === 0) return [];
  const drives = disks.flatMap((disk, index) => {
    const id = `drive${index}`;
    const drive =
      generation === 2
        ? driveOf(disk.kind, id, { made: 'controller' }, index)
        : driveOf(disk.kind, id, { className: RESOURCE, part: `${IDE}~${Math.floor(index / 2)}` }, index % 2);
    return disk.path === null ? [drive] : [drive, imageOf(disk.kind, { made: id }, disk.path)];
  });
  return generation === 2 ? [scsiController('controller'), ...drives] : drives;
};

/** @throws Problem for what no machine of the generation can have */
const checkGeneration = ({ generation, disks, secureBoot }: NewVm): void => {
  if (generation === 2) return;
  const refuse = (path: string, message: string): never => {
    throw new Problem('invalid-parameter', `${path} ${message}.`, { errors: [{ path, message }] });
  };
  if (secureBoot === true) refuse('secureBoot', 'is for machines of generation 2 only');
  if (disks.length > 4) refuse('disks', 'are at most four here, on IDE; add more on a SCSI controller later');
};

const defineVm = async (management: Management, vm: NewVm): Promise<string> => {
  const { memory = {} } = vm;
  const resources: NewResource[] = [
    { className: 'Msvm_ProcessorSettingData', values: { ResourceType: 3, VirtualQuantity: vm.processors } },
    {
      className: 'Msvm_MemorySettingData',
      values: {
        ResourceType: 4,
        ...(memory.startupMb === undefined ? {} : { VirtualQuantity: memory.startupMb }),
        ...(memory.dynamic === undefined ? {} : { DynamicMemoryEnabled: memory.dynamic }),
        ...(typeof memory.minimumMb === 'number' ? { Reservation: memory.minimumMb } : {}),
        ...(typeof memory.maximumMb === 'number' ? { Limit: memory.maximumMb } : {}),
      },
    },
    ...(vm.generation === 2 ? diskResources(vm) : []),
    ...vm.nics.flatMap((nic, index) => nicResources(management, `nic${index}`, nic)),
  ];
  const out = await management.run(MANAGEMENT_SERVICE, 'DefineSystem', {
    SystemSettings: management.setting(SYSTEM_SETTING, {
      ElementName: vm.name,
      VirtualSystemSubType: `Microsoft:Hyper-V:SubType:${vm.generation}`,
      Notes: vm.notes === '' ? undefined : [vm.notes],
      SecureBootEnabled: vm.generation === 2 ? vm.secureBoot : undefined,
    }),
    ResourceSettings: resourceTexts(management, null, resources),
  });
  return String((out['ResultingSystem'] as ObjectPath).key('Name'));
};

/**
 * One DefineSystem for all that does not hang on what every machine has from the start; the rest is added, and the machine goes
 * again when that is refused. The id. @throws Problem
 */
export const createVm = async (management: Management, vm: NewVm): Promise<string> => {
  checkGeneration(vm);
  const id = await defineVm(management, vm);
  try {
    const disks = vm.generation === 1 ? diskResources(vm) : [];
    if (disks.length > 0) await addResources(management, id, disks);
    await changeResources(
      management,
      id,
      vm.serialPorts.map(({ pipe }, index) => ({
        className: SERIAL,
        part: `${COM}~${index}`,
        values: { Connection: [pipe] },
      })),
    );
  } catch (error) {
    // Why it was refused matters more than what became of the half-made machine.
    await management
      .run(MANAGEMENT_SERVICE, 'DestroySystem', { AffectedSystem: systemPath(SYSTEM, id) })
      .catch(() => undefined);
    throw error;
  }
  return id;
};
