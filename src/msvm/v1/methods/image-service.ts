import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { CimInstance } from '../../../cim/instance.ts';
import type { VirtualHardDiskSettings } from '../../../core/disks/virtual-hard-disk.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { RequestContext } from '../../../core/requests.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { Projection } from '../../projection.ts';
import type { Arguments } from '../../v2/methods/arguments.ts';
import { TYPE_NUMBERS } from '../../v2/methods/image-service.ts';
import { done, type MethodRow, type MethodRows } from '../../v2/methods/method.ts';
import { attachMethod, mountedByPath } from '../../v2/methods/mounting.ts';
import { serviceControlMethods } from '../../v2/methods/not-offered.ts';
import type { MethodServices } from '../../v2/methods/services.ts';

const INFO_CLASS = 'Msvm_VirtualHardDiskInfo';
const FIXED = 2;
const DYNAMIC = 3;
const PHYSICAL = 5;

/**
 * Msvm_ImageManagementService of root\virtualization: the operations of v2 with a parameter for each value. v1 knew VHD only;
 * a name that ends in .vhdx or .avhdx gets that format, which its clients cannot ask for otherwise.
 */
export const v1ImageServiceMethods = (services: MethodServices, home: Projection): MethodRows => {
  const { images } = services;
  const change = (run: (request: RequestContext, args: Arguments) => Promise<Job>): MethodRow => ({
    right: 'administer',
    jobType: 0,
    out: [],
    run: async ({ request, args }) => ({ kind: 'job', job: await run(request, args) }),
  });
  const path = (args: Arguments): string => args.requiredText('Path');

  return {
    CreateFixedVirtualHardDisk: change((request, args) =>
      images.create(request, { ...settingsOf(path(args), 'fixed'), size: args.requiredUnsigned('MaxInternalSize') }),
    ),
    CreateDynamicVirtualHardDisk: change((request, args) =>
      images.create(request, { ...settingsOf(path(args), 'dynamic'), size: args.requiredUnsigned('MaxInternalSize') }),
    ),
    CreateDifferencingVirtualHardDisk: change((request, args) =>
      images.create(request, {
        ...settingsOf(path(args), 'differencing'),
        parentPath: args.requiredText('ParentPath'),
      }),
    ),
    CreateVirtualFloppyDisk: change((request, args) => images.createFloppy(request, path(args))),
    ConvertVirtualHardDisk: change((request, args) => {
      const type = args.requiredInteger('Type');
      if (type === PHYSICAL)
        throw new DomainError('notSupported', 'A disk is not converted to a physical drive. Write it with qemu-img.');
      if (type !== FIXED && type !== DYNAMIC) throw invalid('Type is 2 (fixed) or 3 (dynamic).');
      return images.convert(
        request,
        args.requiredText('SourcePath'),
        settingsOf(args.requiredText('DestinationPath'), type === FIXED ? 'fixed' : 'dynamic'),
      );
    }),
    ExpandVirtualHardDisk: change(async (request, args) => {
      const size = args.requiredUnsigned('MaxInternalSize');
      const { info } = await images.describe(path(args));
      if (size < BigInt(info.virtualSize))
        throw invalid(`The disk has ${info.virtualSize} bytes, and is only made larger by this method.`);
      return images.resize(request, path(args), size);
    }),
    CompactVirtualHardDisk: change((request, args) => images.compact(request, path(args))),
    MergeVirtualHardDisk: change((request, args) =>
      images.merge(request, args.requiredText('SourcePath'), args.requiredText('DestinationPath')),
    ),
    ReconnectParentVirtualHardDisk: change((request, args) =>
      images.setParent(
        request,
        args.requiredText('ChildPath'),
        args.requiredText('ParentPath'),
        args.boolean('Force') ?? false,
      ),
    ),
    ValidateVirtualHardDisk: { ...change((request, args) => images.validate(request, path(args))), looks: true },
    GetVirtualHardDiskInfo: {
      // A path is named (K8, hardening 20).
      right: 'administer',
      looks: true,
      jobType: 0,
      out: ['Info'],
      run: async ({ args }) => {
        const { info, parentPath, inUse } = await images.describe(path(args));
        const values = {
          Type: TYPE_NUMBERS[info.type],
          FileSize: BigInt(info.fileSize),
          MaxInternalSize: BigInt(info.virtualSize),
          InSavedState: await images.isInSavedState(path(args)),
          InUse: inUse,
          ParentPath: parentPath ?? '',
        };
        return done({ Info: printEmbedded(new CimInstance(home.class(INFO_CLASS), values)) });
      },
    },
    Mount: attachMethod(services),
    Unmount: {
      right: 'administer',
      jobType: null,
      out: [],
      run: async ({ args }) => {
        await images.detach((await mountedByPath(services, path(args))).file);
        return done();
      },
    },
    ...serviceControlMethods(),
  };
};

const settingsOf = (path: string, type: VirtualHardDiskSettings['type']): VirtualHardDiskSettings => ({
  type,
  format: /\.a?vhdx$/i.test(path) ? 'vhdx' : 'vhd',
  path,
  parentPath: null,
  size: null,
  blockSize: 0,
  logicalSectorSize: 0,
  physicalSectorSize: 0,
  id: null,
});
