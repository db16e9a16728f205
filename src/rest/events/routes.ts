import { z } from 'zod';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { Problem } from '../problems/problem.ts';
import { type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { EVENT_KINDS } from './entry.ts';
import { Figures } from './figures.ts';
import { STREAM_HEADERS, streamEvents } from './stream.ts';

/** Streams of one account at once: tabs of browsers, and some programs. */
const MOST_STREAMS = 50;

const kinds = z
  .string()
  .transform((given) => given.split(',').map((each) => each.trim()))
  .pipe(z.array(z.enum(EVENT_KINDS)));

export const eventRoutes = ({ broker, journal, streams, traffic }: RestService): readonly Route[] => {
  const figures = new Figures(traffic);
  const byAccount = new Map<string, number>();
  return [
    route({
      id: 'streamEvents',
      verb: 'GET',
      path: '/events',
      tag: 'events',
      summary: 'Server-sent events; resumes behind Last-Event-ID',
      query: z.strictObject({
        figures: z.coerce.number().int().min(1).max(60).optional(),
        only: kinds.optional(),
        after: z.string().max(100).optional(),
      }),
      endless: true,
      answers: { 200: { description: 'The stream', type: 'text/event-stream' } },
      handle: async ({ query, headers, identity, management, caller, raw }) => {
        // The broker decides who may read, here as everywhere.
        await management.get(MANAGEMENT_SERVICE);
        if (raw.method === 'HEAD') return { status: 200, headers: STREAM_HEADERS };
        const open = byAccount.get(caller.name) ?? 0;
        if (open >= MOST_STREAMS)
          throw new Problem('too-many-requests', `This account reads ${open} event streams already. Close one.`);
        return {
          status: 200,
          hijack: (response) => {
            // Whoever went while it was found out who asks: no event will ever tell that anew.
            if (response.destroyed) return;
            byAccount.set(caller.name, (byAccount.get(caller.name) ?? 0) + 1);
            const end = streamEvents(response, {
              journal,
              host: broker.hostName,
              after: headers['last-event-id'] ?? query.after ?? null,
              only: query.only ?? null,
              figuresSeconds: query.figures ?? null,
              figures: () => figures.read(management),
              lives: identity.lives,
              onEnd: () => {
                streams.delete(end);
                const left = (byAccount.get(caller.name) ?? 1) - 1;
                if (left > 0) byAccount.set(caller.name, left);
                else byAccount.delete(caller.name);
              },
            });
            streams.add(end);
          },
        };
      },
    }),
  ];
};
