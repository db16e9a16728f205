import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { loadConfig } from '../daemon/config/config.ts';
import { CONTROL_SOCKET } from '../daemon/orders/control.ts';
import { MissingError, UsageError } from './connect.ts';

/** Directory of what the service of this machine keeps to itself. */
export const stateDirectory = (): string =>
  join(loadConfig({ environment: process.env, root: process.getuid?.() === 0 }).data_dir, 'state');

/**
 * Gives an order to the service of this machine and waits for the answer.
 * @throws UsageError when no service takes orders from this account, or this one; Error when it could not be carried out
 */
export async function order(name: string, parameters?: unknown): Promise<unknown> {
  const directory = stateDirectory();
  const refuse = (): never => {
    throw new UsageError(`No service that takes orders from you runs on ${directory}. Use its account, or root.`);
  };
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY).catch(refuse);
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ path: join(`/proc/self/fd/${handle.fd}`, CONTROL_SOCKET) }, () =>
        socket.write(`${JSON.stringify({ order: name, parameters })}\n`),
      );
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (text += chunk));
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    }).catch(refuse);
    const { result, error, refused, missing } = JSON.parse(
      answer === '' ? '{"error":"The service ended."}' : answer,
    ) as {
      readonly result?: unknown;
      readonly error?: string;
      readonly refused?: boolean;
      readonly missing?: boolean;
    };
    if (error !== undefined && missing === true) throw new MissingError(error);
    if (error !== undefined) throw refused === true ? new UsageError(error) : new Error(error);
    return result;
  } finally {
    await handle.close();
  }
}
