import { readFile } from 'node:fs/promises';
import type { MachineProcess } from '../../core/model.ts';

/** Columns of /proc/net/unix: Num RefCount Protocol Flags Type St Inode Path. */
const STATE = 5;
const PATH = 7;
const CONNECTED = '03';

/** Is the process, or another one of its network namespace, connected to the unix socket that listens at this path? */
export async function isConnected({ pid }: MachineProcess, path: string): Promise<boolean> {
  // The end of the one who listens is in the namespace of the one who has connected, under the path.
  const table = await readFile(`/proc/${pid}/net/unix`, 'latin1').catch(() => '');
  const wanted = Buffer.from(path).toString('latin1');
  return table.split('\n').some((line) => {
    const columns = line.trim().split(/\s+/);
    return columns[STATE] === CONNECTED && columns.slice(PATH).join(' ') === wanted;
  });
}
