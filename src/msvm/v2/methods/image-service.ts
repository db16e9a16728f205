import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { CimInstance } from '../../../cim/instance.ts';
import type {
  VirtualHardDiskChange,
  VirtualHardDiskDescription,
  VirtualHardDiskSettings,
} from '../../../core/disks/virtual-hard-disk.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { RequestContext } from '../../../core/requests.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import { parseGuid } from '../../../core/systems/identifiers.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import { IMAGE_SERVICE } from '../services/services.ts';
import type { Arguments } from './arguments.ts';
import { done, type MethodRow, type MethodRows } from './method.ts';
import { attachMethod, findMountedMethod } from './mounting.ts';
import { serviceControlMethods } from './not-offered.ts';
import { refused } from './refused.ts';
import type { MethodServices } from './services.ts';

export { IMAGE_SERVICE };

const SETTING_CLASS = 'Msvm_VirtualHardDiskSettingData';
const STATE_CLASS = 'Msvm_VirtualHardDiskState';

/** Type and Format of Msvm_VirtualHardDiskSettingData (schema). */
const TYPES: Readonly<Record<number, VirtualHardDiskSettings['type']>> = {
  2: 'fixed',
  3: 'dynamic',
  4: 'differencing',
};
const FORMATS: Readonly<Record<number, VirtualHardDiskSettings['format']>> = { 2: 'vhd', 3: 'vhdx' };

/** Their file is described nowhere. */
const VHD_SETS = 'VHD sets are shared disks of a Hyper-V cluster; this service has none. Use a VHDX.';
const VHD_SET_FORMAT = 4;
const NO_TARGET =
  'TargetSnapshotId names a snapshot inside of a VHD set, which this service has none of. Leave it empty, and give the file of a checkpoint as Path.';
const RESERVATIONS = 'Persistent reservations need a shared SCSI disk; this service has none.';

/** Msvm_ImageManagementService (other-services §2). */
export const imageServiceMethods = (services: MethodServices): MethodRows => {
  const { images, texts } = services;
  const change = (run: (request: RequestContext, args: Arguments) => Promise<Job>): MethodRow => ({
    right: 'administer',
    jobType: 0,
    out: [],
    run: async ({ request, args }) => ({ kind: 'job', job: await run(request, args) }),
  });
  const settings = (args: Arguments): VirtualHardDiskSettings =>
    settingsOf(texts.read('VirtualDiskSettingData', args.requiredText('VirtualDiskSettingData'), SETTING_CLASS));
  const tell = (
    out: string,
    className: string,
    values: (disk: VirtualHardDiskDescription) => CimInstance['values'],
  ): MethodRow => ({
    // A path is named (K8, hardening 20).
    right: 'administer',
    looks: true,
    jobType: 0,
    out: [out],
    run: async ({ args }) => {
      const disk = await images.describe(args.requiredText('Path'));
      return done({ [out]: printEmbedded(new CimInstance(services.projection.class(className), values(disk))) });
    },
  });
  return {
    CreateVirtualHardDisk: change((request, args) => images.create(request, settings(args))),
    CreateVirtualFloppyDisk: change((request, args) => images.createFloppy(request, args.requiredText('Path'))),
    ConvertVirtualHardDisk: change((request, args) =>
      images.convert(request, args.requiredText('SourcePath'), settings(args)),
    ),
    ResizeVirtualHardDisk: change((request, args) =>
      images.resize(request, args.requiredText('Path'), args.requiredUnsigned('MaxInternalSize')),
    ),
    CompactVirtualHardDisk: change((request, args) => {
      requireCompactMode(args.integer('Mode') ?? 0);
      return images.compact(request, args.requiredText('Path'));
    }),
    MergeVirtualHardDisk: change((request, args) =>
      images.merge(request, args.requiredText('SourcePath'), args.requiredText('DestinationPath')),
    ),
    SetParentVirtualHardDisk: change((request, args) =>
      images.setParent(
        request,
        args.requiredText('ChildPath'),
        args.requiredText('ParentPath'),
        args.boolean('IgnoreIDMismatch') ?? false,
      ),
    ),
    ValidateVirtualHardDisk: {
      ...change((request, args) => images.validate(request, args.requiredText('Path'))),
      looks: true,
    },
    GetVirtualHardDiskSettingData: tell('SettingData', SETTING_CLASS, settingValues),
    GetVirtualHardDiskState: tell('State', STATE_CLASS, stateValues),
    AttachVirtualHardDisk: attachMethod(services),
    FindMountedStorageImageInstance: findMountedMethod(services, services.catalog),
    SetVirtualHardDiskSettingData: change(async (request, args) => {
      const wanted = texts.read('VirtualDiskSettingData', args.requiredText('VirtualDiskSettingData'), SETTING_CLASS);
      const path = textOf(wanted, 'Path');
      if (path === null) throw invalid('Path is missing. Say which disk is to be changed.');
      return images.change(request, path, changeOf(wanted, await images.describe(path)));
    }),
    ValidatePersistentReservationSupport: refused(RESERVATIONS, 0),
    GetVHDSetInformation: refused(VHD_SETS, 0, ['Information']),
    GetVHDSnapshotInformation: refused(VHD_SETS, 0, ['SnapshotInformation']),
    SetVHDSnapshotInformation: refused(VHD_SETS, 0),
    DeleteVHDSnapshot: refused(VHD_SETS, 0),
    ConvertVirtualHardDiskToVHDSet: refused(VHD_SETS, 0),
    OptimizeVHDSet: refused(VHD_SETS, 0),
    GetVirtualDiskChanges: {
      // A path is named (K8).
      right: 'administer',
      looks: true,
      jobType: 0,
      out: ['ProcessedByteLength', 'ChangedByteOffsets', 'ChangedByteLengths'],
      run: async ({ args }) => {
        if ((args.text('TargetSnapshotId') ?? '').trim() !== '') throw invalid(NO_TARGET);
        const { processed, ranges } = await services.referencePoints.changes({
          path: args.requiredText('Path'),
          since: args.requiredText('LimitId'),
          offset: args.requiredUnsigned('ByteOffset'),
          length: args.requiredUnsigned('ByteLength'),
        });
        return done({
          ProcessedByteLength: BigInt(processed),
          ChangedByteOffsets: ranges.map(({ offset }) => BigInt(offset)),
          ChangedByteLengths: ranges.map(({ length }) => BigInt(length)),
        });
      },
    },
    ...serviceControlMethods(),
  };
};

const settingsOf = (instance: CimInstance): VirtualHardDiskSettings => {
  const type = TYPES[numberOf(instance, 'Type')];
  const path = textOf(instance, 'Path');
  if (numberOf(instance, 'Format') === VHD_SET_FORMAT) throw new DomainError('notSupported', VHD_SETS);
  const format = FORMATS[numberOf(instance, 'Format')] ?? formatOfName(numberOf(instance, 'Format'), path);
  if (type === undefined) throw invalid('Type is 2 (fixed), 3 (dynamic) or 4 (differencing).');
  if (format === undefined) throw invalid('Format is 2 (VHD) or 3 (VHDX), or 0 with a name that ends in .qcow2.');
  if (path === null) throw invalid('Path is missing. Say where the disk is to be.');
  const size = instance.get('MaxInternalSize');
  const id = textOf(instance, 'VirtualDiskId');
  const guid = id === null ? null : parseGuid(id);
  if (id !== null && guid === null) throw invalid('VirtualDiskId is no GUID.');
  return {
    type,
    format,
    path,
    parentPath: textOf(instance, 'ParentPath'),
    // 0 is what a blank instance has.
    size: typeof size === 'bigint' && size > 0n ? size : null,
    blockSize: numberOf(instance, 'BlockSize'),
    logicalSectorSize: numberOf(instance, 'LogicalSectorSize'),
    physicalSectorSize: numberOf(instance, 'PhysicalSectorSize'),
    id: guid,
  };
};

/** There is no number for formats that Hyper-V does not know: without one a name that ends in .qcow2 tells ours. */
const formatOfName = (format: number, path: string | null): 'qcow2' | undefined =>
  format === 0 && path !== null && /\.qcow2$/i.test(path) ? 'qcow2' : undefined;

/** What the setting says and is not so yet. What cannot be changed here may be said as it is: clients send all of it. */
const changeOf = (wanted: CimInstance, disk: VirtualHardDiskDescription): VirtualHardDiskChange => {
  const now = settingValues(disk);
  for (const name of ['Type', 'Format', 'MaxInternalSize', 'BlockSize', 'LogicalSectorSize']) {
    const value = wanted.get(name);
    const said = value !== null && value !== 0 && value !== 0n;
    if (said && value !== now[name])
      throw invalid(`${name} of a disk is not changed by this method. Convert or resize the disk.`);
  }
  const sector = numberOf(wanted, 'PhysicalSectorSize');
  if (sector !== 0 && sector !== 512 && sector !== 4096) throw invalid('PhysicalSectorSize is 512 or 4096.');
  const id = textOf(wanted, 'VirtualDiskId');
  const guid = id === null ? null : parseGuid(id);
  if (id !== null && guid === null) throw invalid('VirtualDiskId is no GUID.');
  const parent = textOf(wanted, 'ParentPath');
  return {
    ...(parent === null || parent === disk.parentPath ? {} : { parentPath: parent }),
    ...(sector === 0 || sector === disk.info.physicalSectorSize ? {} : { physicalSectorSize: sector }),
    ...(guid === null || guid === disk.info.id?.toUpperCase() ? {} : { id: guid }),
  };
};

/** What the modes differ in is how much is looked at; all of it is. */
const requireCompactMode = (mode: number): void => {
  if (mode < 0 || mode > 4)
    throw invalid(
      'Mode is 0 (full), 1 (quick), 2 (retrim), 3 (pretrimmed) or 4 (prezeroed). All of them do the same here.',
    );
};

const numberOf = (instance: CimInstance, name: string): number => {
  const value = instance.get(name);
  return typeof value === 'number' ? value : 0;
};

/** Empty says as little as none. */
const textOf = (instance: CimInstance, name: string): string | null => {
  const value = instance.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
};

export const TYPE_NUMBERS = { fixed: 2, dynamic: 3, differencing: 4 } as const;

/** The sample's parser wants every one of these with a value, ParentPath an empty one at least (other-services §2). */
const settingValues = ({ info, path, parentPath, parentId }: VirtualHardDiskDescription): CimInstance['values'] => ({
  Type: TYPE_NUMBERS[info.type],
  // There is no number for formats that Hyper-V does not know.
  Format: info.format === 'vhd' ? 2 : info.format === 'vhdx' ? 3 : 0,
  Path: path,
  ParentPath: parentPath ?? '',
  ParentIdentifier: parentId ?? '',
  MaxInternalSize: BigInt(info.virtualSize),
  BlockSize: info.blockSize,
  LogicalSectorSize: info.logicalSectorSize,
  PhysicalSectorSize: info.physicalSectorSize,
  VirtualDiskId: info.id ?? '',
});

const stateValues = ({ info, changed, inUse }: VirtualHardDiskDescription): CimInstance['values'] => ({
  FileSize: BigInt(info.fileSize),
  InUse: inUse,
  PhysicalSectorSize: info.physicalSectorSize,
  // 1: blocks lie at multiples of 4 KiB; a dynamic VHD's lie behind sector bitmaps of 512 bytes.
  Alignment: info.format === 'vhd' && info.type !== 'fixed' ? 0 : 1,
  Timestamp: datetimeText(changed),
});
