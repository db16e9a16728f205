import { z } from 'zod';
import { encodePng } from '../../png/encode.ts';
import { configurationPath, MANAGEMENT_SERVICE, SYSTEM, systemPath } from '../management/names.ts';
import { idParams } from '../routes/common.ts';
import { type Route, route } from '../routes/route.ts';

const side = (otherwise: number) => z.coerce.number().int().min(1).max(4096).default(otherwise);

export const thumbnailRoute: Route = route({
  id: 'getThumbnail',
  verb: 'GET',
  path: '/vms/{id}/thumbnail',
  tag: 'vms',
  summary: 'Picture of the screen',
  params: idParams,
  query: z.strictObject({ width: side(320), height: side(240) }),
  answers: { 200: { description: 'PNG', type: 'image/png' } },
  handle: async ({ management, params: { id }, query: { width, height } }) => {
    await management.get(systemPath(SYSTEM, id));
    const out = await management.run(MANAGEMENT_SERVICE, 'GetVirtualSystemThumbnailImage', {
      TargetSystem: configurationPath(id),
      WidthPixels: width,
      HeightPixels: height,
    });
    const rgb565 = Buffer.from(out['ImageData'] as readonly number[]);
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      content: { type: 'image/png', data: await encodePng(rgb565, width, height) },
    };
  },
});
