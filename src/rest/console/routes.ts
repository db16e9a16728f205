import { z } from 'zod';
import { SYSTEM, systemPath } from '../management/names.ts';
import { Problem } from '../problems/problem.ts';
import { idParams } from '../routes/common.ts';
import { type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';
import { TICKET_MS } from './tickets.ts';
import { socketOf } from './upgrade.ts';

const wanted = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('screen') }),
  z.strictObject({ kind: z.literal('serial'), port: z.string().min(1).max(200) }),
]);

const ticketView = z
  .strictObject({ ticket: z.string(), path: z.string(), expiresAt: z.string() })
  .meta({ id: 'ConsoleTicket' });

/** Tickets for the sockets of `upgrade.ts`. */
export const consoleRoutes = ({ consoles }: RestService): readonly Route[] => [
  route({
    id: 'createConsoleTicket',
    verb: 'POST',
    path: '/vms/{id}/console-tickets',
    tag: 'vms',
    summary: 'A ticket for one WebSocket to the screen (RFB) or a serial port, good once and for 30 s',
    params: idParams,
    body: wanted,
    answers: { 201: { description: 'The ticket and the path of the WebSocket', schema: ticketView } },
    handle: async ({ management, params, body, caller, context: { requestId } }) => {
      const machine = params.id.toUpperCase();
      if (caller.role === 'viewer') {
        await consoles.targets.note({ caller, machine, wanted: body, allowed: false, requestId });
        throw new Problem('access-denied', 'The role viewer does not open consoles.');
      }
      await management.get(systemPath(SYSTEM, machine));
      // Said now, in words; a refused WebSocket tells a page nothing.
      socketOf(await consoles.targets.find(machine, body));
      const ticket = consoles.tickets.issue({ user: caller.name, machine, wanted: body });
      if (ticket === undefined)
        throw new Problem('too-many-requests', 'Too many tickets of this account wait to be used. Use them, or wait.');
      return {
        status: 201,
        body: {
          ticket,
          path: `/api/v1/vms/${machine}/console?ticket=${ticket}`,
          expiresAt: new Date(Date.now() + TICKET_MS).toISOString(),
        },
        headers: { 'cache-control': 'no-store' },
      };
    },
  }),
];
