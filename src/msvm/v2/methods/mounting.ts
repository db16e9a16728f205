import type { ObjectPath } from '../../../cim/object-path.ts';
import type { AttachedImage } from '../../../core/disks/virtual-hard-disk.ts';
import { DomainError } from '../../../core/errors.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { Catalog } from '../../entity.ts';
import { type MountedImageEntity, mountedImageEntity } from '../images/mounted-image.ts';
import { done, type MethodRow, type MethodRows } from './method.ts';
import type { ReturnValues } from './return-values.ts';
import type { MethodServices } from './services.ts';

/** JobType of Msvm_StorageJob. */
const ATTACH_JOB = 7;

/** CriterionType (other-services §2); 0 is what those send who think of paths only. */
const BY_PATH: ReadonlySet<number> = new Set([0, 2]);
const BY_DEVICE = 1;

/** DetachVirtualHardDisk and Unmount know 0 and 1 (schema); who may not is told so. */
export const detachReturnValues: ReturnValues = (code) => (code === 'accessDenied' ? 32_769 : 1);

const notMounted = (): DomainError =>
  new DomainError(
    'fileNotFound',
    'No disk of that name is attached to this host. Read Msvm_MountedStorageImage again.',
  );

/** @throws DomainError fileNotFound */
export const mountedByPath = async (services: Pick<MethodServices, 'images'>, text: string): Promise<AttachedImage> => {
  const found = await services.images.attachedAs(text);
  if (found !== undefined) return found;
  throw notMounted();
};

/** AttachVirtualHardDisk, Mount. */
export const attachMethod = (services: Pick<MethodServices, 'images'>): MethodRow => ({
  right: 'administer',
  jobType: ATTACH_JOB,
  out: [],
  run: async ({ request, args }) => ({
    kind: 'job',
    // AssignDriveLetter means nothing where there are none.
    job: await services.images.attach(request, args.requiredText('Path'), args.boolean('ReadOnly') ?? false),
  }),
});

export const findMountedMethod = (services: Pick<MethodServices, 'images'>, catalog: Catalog): MethodRow => ({
  // A path is named (K8, hardening 20).
  right: 'administer',
  looks: true,
  jobType: null,
  out: ['Image'],
  run: async ({ args }) => {
    const text = args.requiredText('SelectionCriterion');
    const type = args.integer('CriterionType') ?? 0;
    if (!BY_PATH.has(type) && type !== BY_DEVICE)
      throw invalid('CriterionType is 2 for the path of the disk file, or 1 for the device that it has become.');
    const found = type === BY_DEVICE ? byDevice(services, text) : await mountedByPath(services, text);
    return done({ Image: catalog.path(mountedImageEntity(found)) });
  },
});

const byDevice = ({ images }: Pick<MethodServices, 'images'>, device: string): AttachedImage => {
  for (const image of images.attached()) if (image.device === device) return image;
  throw notMounted();
};

/** DetachVirtualHardDisk, and Unmount of the object in root\virtualization: no job. */
export const mountedImageMethods = (
  services: Pick<MethodServices, 'images'>,
  catalog: Catalog,
  name: 'DetachVirtualHardDisk' | 'Unmount',
): MethodRows => ({
  [name]: {
    right: 'administer',
    jobType: null,
    out: [],
    run: async ({ path }) => {
      await services.images.detach(imageOf(catalog, path).file);
      return done();
    },
  },
});

const imageOf = (catalog: Catalog, path: ObjectPath): AttachedImage => {
  const found = catalog.find(path);
  if (found?.kind !== 'mountedImage') throw notMounted();
  return (found as MountedImageEntity).image;
};
