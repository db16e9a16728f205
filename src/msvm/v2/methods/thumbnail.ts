import type { OperationContext } from '../../../cim/operations.ts';
import { DomainError } from '../../../core/errors.ts';
import { done, type MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration } from './targets.ts';
import { imageData } from './thumbnail-image.ts';

/** Largest side of a thumbnail (management-service, GetVirtualSystemThumbnailImage). */
const MAX_SIDE = 4096;

/** Most pixels of one: the largest screen that a guest can have, 2560 x 1600, fits. ImageData of more is beyond what replies hold. */
const MAX_PIXELS = 4_194_304;

/** RGB565. */
const BYTES_A_PIXEL = 2;

const side = (name: string, value: number): number => {
  if (value >= 1 && value <= MAX_SIDE) return value;
  throw new DomainError('invalidParameter', `${name} is ${value}. Use 1 to ${MAX_SIDE}.`);
};

/** Before anything is made: the largest pictures take a second of work, and whoever may look may ask. */
const requireFit = (pixels: number, { maxOutputValues = Number.POSITIVE_INFINITY }: OperationContext): void => {
  const most = Math.min(MAX_PIXELS, Math.floor(maxOutputValues / BYTES_A_PIXEL));
  if (pixels <= most) return;
  const square = Math.floor(Math.sqrt(most));
  throw new DomainError(
    'invalidParameter',
    `WidthPixels times HeightPixels is ${pixels}. Ask for ${most} pixels at most, such as ${square} x ${square}.`,
  );
};

/** GetVirtualSystemThumbnailImage: RGB565, little-endian, row 0 on top. */
export const thumbnailMethod = (services: MethodServices): MethodRow => ({
  right: 'read',
  jobType: null,
  out: ['ImageData'],
  run: async ({ args, context }) => {
    const target = args.requiredReference('TargetSystem');
    const width = side('WidthPixels', args.requiredInteger('WidthPixels'));
    const height = side('HeightPixels', args.requiredInteger('HeightPixels'));
    requireFit(width * height, context);
    const place = requireConfiguration(services.references, 'TargetSystem', target);
    const machine = place.snapshot === null ? services.graph.machine(place.system.id) : undefined;
    if (machine === undefined) {
      // Empty image data is a failure for libvirt anyway, and it says less than a code.
      throw new DomainError(
        'invalidState',
        'The virtual machine is not running, so that it shows no picture. Start it first.',
      );
    }
    return done({ ImageData: await imageData(await machine.screenshot(), width, height) });
  },
});
