import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Log } from '../../core/log.ts';

/** Orders from this host itself. What they take is checked by each of them; answers are plain JSON data. */
export type ControlOrders = Readonly<Record<string, (parameters: unknown) => Promise<unknown>>>;

/** An order that is refused; its words are for whoever gave it. */
export class OrderRefusal extends Error {
  /** What it names is not there. */
  readonly missing: boolean;

  constructor(message: string, { missing = false }: { readonly missing?: boolean } = {}) {
    super(message);
    this.missing = missing;
    this.name = 'OrderRefusal';
  }
}

export const CONTROL_SOCKET = 'control.sock';
/** Machines stop as their AutomaticShutdownAction says, then the service ends; answers the names of those that still run. */
export const HOST_SHUTDOWN = 'host-shutdown';
/** Characters of an order; more is not one. */
const MAXIMUM_ORDER = 4096;

/**
 * A unix socket in the state directory: whoever may enter that directory (its owner and root, mode 0700) may give orders.
 * Each connection gives one line of JSON, `{"order": name, "parameters": ...}`, and gets one when it is done: `result`, or
 * `error` with `refused` when the order was not one to carry out. Closing stops listening; an order
 * under way still gets its answer.
 */
export async function openControl(
  directory: string,
  orders: ControlOrders,
  log: Log,
): Promise<{ close(): Promise<void> }> {
  // A socket's path has at most 107 bytes, a data directory has no limit: the path goes by way of an open directory.
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const path = join(`/proc/self/fd/${handle.fd}`, CONTROL_SOCKET);
  // What a killed service left; the store's lock has shown that none runs.
  await rm(path, { force: true });
  const server = createServer((socket) => serve(socket, orders, log));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, resolve);
  });
  return {
    close: async () => {
      server.close();
      await rm(path, { force: true });
      await handle.close();
    },
  };
}

function serve(socket: Socket, orders: ControlOrders, log: Log): void {
  let text = '';
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= MAXIMUM_ORDER) return;
    socket.pause();
    const given = end < 0 ? null : parseOrder(text.slice(0, end));
    const order = given === null ? undefined : Object.entries(orders).find(([name]) => name === given.order)?.[1];
    if (given === null || order === undefined) {
      socket.end(`${JSON.stringify({ error: 'This order is unknown.', refused: true })}\n`);
      return;
    }
    order(given.parameters).then(
      (result) => socket.end(`${JSON.stringify({ result })}\n`),
      (error: unknown) => {
        if (error instanceof OrderRefusal) {
          socket.end(`${JSON.stringify({ error: error.message, refused: true, missing: error.missing })}\n`);
          return;
        }
        log.error({ err: error }, 'an order could not be carried out');
        socket.end(`${JSON.stringify({ error: 'The service could not do it; its log tells why.' })}\n`);
      },
    );
  });
}

function parseOrder(line: string): { readonly order: unknown; readonly parameters: unknown } | null {
  try {
    const given: unknown = JSON.parse(line);
    if (typeof given !== 'object' || given === null || !('order' in given)) return null;
    return { order: given.order, parameters: 'parameters' in given ? given.parameters : undefined };
  } catch {
    return null;
  }
}
