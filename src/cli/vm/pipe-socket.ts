import { join } from 'node:path';
import { loadConfig } from '../../daemon/config/config.ts';
import { UsageError } from '../connect.ts';

/** The unix socket behind a serial port's Connection (spec paths: `\\.\pipe\NAME` is `<data dir>/pipes/NAME`). */
export function pipeSocket(connection: string): string {
  if (connection.startsWith('/')) return connection;
  const match = /^\\\\\.\\pipe\\([^\\/]+)$/i.exec(connection);
  if (match?.[1] === undefined) throw new UsageError(`${connection} is not a pipe of this machine.`);
  return join(loadConfig({ environment: process.env, root: process.getuid?.() === 0 }).data_dir, 'pipes', match[1]);
}
