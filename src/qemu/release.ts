import { realpath } from 'node:fs/promises';
import { processesOfDirectory } from './supervise/pid-file.ts';
import { endProcess, killProcess, processesIn } from './supervise/process-identity.ts';
import { removeMachineDirectories } from './supervise/socket-directory.ts';
import { removeSocketLink } from './supervise/socket-link.ts';
import { removeWire } from './attach.ts';
import type { HostServices } from './host-services.ts';

/**
 * Takes back everything that exists for a machine outside of its QEMU, and ends that too if it still runs: helpers, taps,
 * links, access, directories, the record. Works from the record and the pid files alone, so that it also clears away what
 * a service that was killed left behind; repeating it does no harm.
 */
export function releaseMachine(host: HostServices, id: string): Promise<void> {
  const underWay = host.releasing.get(id);
  if (underWay !== undefined) return underWay;
  const release = clearAway(host, id).finally(() => host.releasing.delete(id));
  host.releasing.set(id, release);
  return release;
}

async function clearAway(host: HostServices, id: string): Promise<void> {
  const record = host.records.get(id);
  if (record === null) return;
  await host.chains.forget(id);
  await host.daemons.forget(id);
  if (record.process !== null) await killProcess(record.process);
  for (const process of await processesOfDirectory(record.directories.sockets)) await endProcess(process, 10_000);
  if (record.phase === 'starting') {
    const directory = await realpath(record.directories.sockets).catch(() => record.directories.sockets);
    for (const process of await processesIn(directory)) await killProcess(process);
  }
  await Promise.all(Object.values(record.wires).map((wire) => removeWire(host, wire)));
  await Promise.all(record.links.map(({ promised, socket }) => removeSocketLink(promised, socket)));
  await host.access.take(id);
  await removeMachineDirectories(record.directories);
  await host.records.remove(id);
}
