import { z } from 'zod';
import { SYSTEM, systemPath } from '../management/names.ts';
import { idParams } from '../routes/common.ts';
import { ok, type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';

const figure = z.number().nullable();

const historySchema = z
  .strictObject({
    since: z.string().describe('when the service began to look; older samples than that are gone with its last run'),
    everySeconds: z.number(),
    samples: z
      .array(
        z.strictObject({
          at: z.string(),
          cpuPercent: figure,
          memoryUsageMb: figure,
          diskReadBytesPerSecond: figure,
          diskWrittenBytesPerSecond: figure,
          networkReceivedBytesPerSecond: figure,
          networkSentBytesPerSecond: figure,
        }),
      )
      .describe('oldest first, an hour at most; null: it did not run, or nobody can tell'),
  })
  .meta({ id: 'FigureHistory' });

/** What charts of a machine begin with. */
export const historyRoute = ({ history }: RestService): Route =>
  route({
    id: 'getVmHistory',
    verb: 'GET',
    path: '/vms/{id}/history',
    tag: 'vms',
    summary: 'Load, memory, disks and networks of the last hour',
    params: idParams,
    answers: { 200: { description: 'Samples', schema: historySchema } },
    handle: async ({ management, params }) => {
      // The broker decides who may read, and whether there is such a machine.
      await management.get(systemPath(SYSTEM, params.id));
      return ok({ since: history.since, everySeconds: history.everySeconds, samples: [...history.of(params.id)] });
    },
  });
