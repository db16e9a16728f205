import { setTimeout as sleep } from 'node:timers/promises';
import { isGoing } from '../attach.ts';
import { servedNode } from '../command-line/ids.ts';
import { isConnected } from '../supervise/connections.ts';
import { isAlive } from '../supervise/process-identity.ts';
import type { MachineContext } from './context.ts';
import { readFirst } from './serve-below.ts';

const LOOK_MS = 250;
/** While the guest goes, QEMU says when it stops. What it said while the connection to it was lost is found so late. */
const QUIET_MS = 10_000;
/** QEMU and a server come to an agreement after they have connected: so many looks must find them so. */
const LOOKS = 2;
/**
 * After the start of a server: QEMU keeps requests for 30 s at most before it stops the guest (supervise/chain-server.ts), and pauses
 * for up to 16 s between two attempts to connect.
 */
const WATCH_MS = 90_000;
/** For each server that was started, this far apart: a guest that stops over and over has another reason. */
const MOST_TOLD = 3;
const LOOKS_BETWEEN = 20;

/**
 * Tells that the disks of a machine which one of them has stopped answer again, when a server was started and QEMU is connected to
 * it: before that each request fails, and the guest would be stopped again. `adopted`: a former service may have started one.
 */
export function tellDiskReturn(context: MachineContext, adopted: boolean): void {
  const { host, id, monitor, edges } = context;
  let end = 0;
  let told = 0;
  let seen = 0;
  let watching = false;
  const watch = async (): Promise<void> => {
    watching = true;
    let stopped = Promise.withResolvers<void>();
    const unlisten = monitor.listen(({ name }) => {
      if (name === 'STOP') stopped.resolve();
    });
    while (performance.now() < end && told < MOST_TOLD && !monitor.isDetached && !isGoing(host, id)) {
      // Before the look: a stop after it is not missed.
      stopped = Promise.withResolvers<void>();
      // Without a connection to QEMU nothing is known; it is opened anew, or the machine is gone.
      const found = await look(context).catch(() => 'away' as const);
      seen = found === 'back' ? seen + 1 : Math.min(seen, 0);
      if (seen === LOOKS) {
        told += 1;
        seen = -LOOKS_BETWEEN;
        edges.push({ kind: 'diskBack' });
      }
      if (found === 'needless') await Promise.race([stopped.promise, sleep(QUIET_MS, undefined, { ref: false })]);
      else await sleep(LOOK_MS, undefined, { ref: false });
    }
    unlisten();
    watching = false;
  };
  const begin = (): void => {
    end = performance.now() + WATCH_MS;
    told = 0;
    if (!watching) void watch();
  };
  host.servers.listen(id, begin);
  if (adopted) begin();
}

/** `needless`: no disk has stopped the guest. */
async function look({ host, id, monitor }: MachineContext): Promise<'back' | 'away' | 'needless'> {
  const { status } = await monitor.execute('query-status', {});
  if (status !== 'io-error') return 'needless';
  for (const { disk, process, socket } of host.servers.servedOf(id)) {
    if (process === null || !(await isAlive(process))) return 'away';
    if (await isConnected(monitor.process, socket)) continue;
    // Where QEMU has not missed the server yet, the next request finds another one.
    await readFirst(monitor, servedNode(disk));
    return 'away';
  }
  return 'back';
}
