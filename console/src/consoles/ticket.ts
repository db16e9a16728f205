import { Problem, send } from '../api/http.ts';

interface Ticket {
  /** Of the WebSocket, with its ticket. */
  readonly path: string;
}

/** Refusals that pass: the machine is still starting, or the service is. */
const NOT_YET: ReadonlySet<number> = new Set([0, 409, 503]);
export const isPassing = (error: unknown): boolean => error instanceof Problem && NOT_YET.has(error.body.status);

/** Where a console is reached, once, within seconds: the ticket is asked for right before it is used. */
export async function consoleAddress(
  machine: string,
  wanted: { readonly kind: 'screen' } | { readonly kind: 'serial'; readonly port: string },
): Promise<string> {
  const { path } = await send<Ticket>('POST', `/vms/${machine}/console-tickets`, wanted);
  const address = new URL(path, location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  return address.href;
}
