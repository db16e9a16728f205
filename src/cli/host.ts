import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { loadConfig } from '../daemon/config.ts';
import { CONTROL_SOCKET, HOST_SHUTDOWN } from '../daemon/control.ts';
import { UsageError } from './connect.ts';

/**
 * `vsms host shutdown`: machines of this host stop as their AutomaticShutdownAction says, then the service ends (K20). For
 * the unit that runs when the host goes down; exit code 1 when a machine still runs.
 */
export async function shutDownHost(): Promise<void> {
  const config = loadConfig({ environment: process.env, root: process.getuid?.() === 0 });
  const left = await order(join(config.data_dir, 'state'), HOST_SHUTDOWN);
  if (!Array.isArray(left)) throw new Error('The service gave an answer that is none.');
  for (const name of left)
    console.error(`vsms: ${JSON.stringify(name)} could not be stopped; the service's log tells why`);
  if (left.length > 0) process.exitCode = 1;
  else console.log('All virtual machines are stopped; the service ends.');
}

async function order(directory: string, word: string): Promise<unknown> {
  const refuse = (): never => {
    throw new UsageError(`No service that takes orders from you runs on ${directory}. Use its account, or root.`);
  };
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY).catch(refuse);
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ path: join(`/proc/self/fd/${handle.fd}`, CONTROL_SOCKET) }, () =>
        socket.write(`${word}\n`),
      );
      let text = '';
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (text += chunk));
      socket.on('error', reject);
      socket.on('close', () => resolve(text));
    }).catch(refuse);
    const { result, error } = JSON.parse(answer === '' ? '{"error":"The service ended."}' : answer) as {
      readonly result?: unknown;
      readonly error?: string;
    };
    if (error !== undefined) throw new Error(error);
    return result;
  } finally {
    await handle.close();
  }
}
