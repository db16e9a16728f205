import { DomainError } from '../../../core/errors.ts';
import { done, type MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration } from './targets.ts';
import { toRgb565 } from './thumbnail-image.ts';

/** Largest side of a thumbnail (management-service, GetVirtualSystemThumbnailImage). */
const MAX_SIDE = 4096;

const side = (name: string, value: number): number => {
  if (value >= 1 && value <= MAX_SIDE) return value;
  throw new DomainError('invalidParameter', `${name} is ${value}. Use 1 to ${MAX_SIDE}.`);
};

/** GetVirtualSystemThumbnailImage: RGB565, little-endian, row 0 on top. */
export const thumbnailMethod = (services: MethodServices): MethodRow => ({
  right: 'read',
  jobType: null,
  out: ['ImageData'],
  run: async ({ args }) => {
    const target = args.requiredReference('TargetSystem');
    const width = side('WidthPixels', args.requiredInteger('WidthPixels'));
    const height = side('HeightPixels', args.requiredInteger('HeightPixels'));
    const place = requireConfiguration(services.references, 'TargetSystem', target);
    const machine = place.snapshot === null ? services.graph.machine(place.system.id) : undefined;
    if (machine === undefined) {
      // Empty image data is a failure for libvirt anyway, and it says less than a code.
      throw new DomainError(
        'invalidState',
        'The virtual machine is not running, so that it shows no picture. Start it first.',
      );
    }
    return done({ ImageData: [...toRgb565(await machine.screenshot(), width, height)] });
  },
});
