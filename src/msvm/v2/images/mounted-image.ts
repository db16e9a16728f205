import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { AttachedImage } from '../../../core/disks/virtual-hard-disk.ts';
import type { Entity, EntitySet } from '../../entity.ts';
import type { Projection } from '../../projection.ts';

export const MOUNTED_IMAGE = 'Msvm_MountedStorageImage';

/** A disk that is attached to the host. */
export interface MountedImageEntity extends Entity {
  readonly kind: 'mountedImage';
  readonly image: AttachedImage;
}

export const mountedImageEntity = (image: AttachedImage): MountedImageEntity => ({
  kind: 'mountedImage',
  className: MOUNTED_IMAGE,
  image,
});

const TYPES = { disk: 0, cd: 1 } as const;
const READ_ONLY = 1;
const READ_WRITE = 2;

/** The address of a SCSI disk on a real host; here only Lun tells them apart. */
const keysOf = ({ lun }: AttachedImage) => ({ Lun: lun, PathId: 0, PortNumber: 0, TargetId: 0 });

/** They are few: each look-up may visit them all. */
export class MountedImageSet implements EntitySet<MountedImageEntity> {
  readonly kind = 'mountedImage';
  readonly className = MOUNTED_IMAGE;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<MountedImageEntity> {
    for (const image of this.#projection.attached()) yield mountedImageEntity(image);
  }

  find(path: ObjectPath): MountedImageEntity | undefined {
    for (const entity of this.entities())
      if (Object.entries(keysOf(entity.image)).every(([name, value]) => Number(path.key(name)) === value))
        return entity;
    return undefined;
  }

  path({ image }: MountedImageEntity): ObjectPath {
    return this.#projection.path(MOUNTED_IMAGE, keysOf(image));
  }

  instance({ image }: MountedImageEntity): CimInstance {
    return this.#projection
      .shape(MOUNTED_IMAGE, '', () => ({ OperationalStatus: [2] }))
      .make({
        ...keysOf(image),
        // The sample finds it by the path that it was attached by.
        Name: image.text,
        Type: TYPES[image.type],
        Access: image.readOnly ? READ_ONLY : READ_WRITE,
        ...(this.#projection.class(MOUNTED_IMAGE).property('PnpDevicePath') === undefined
          ? {}
          : { PnpDevicePath: image.device }),
      });
  }

  candidates(): Iterable<MountedImageEntity> {
    return this.entities();
  }
}
