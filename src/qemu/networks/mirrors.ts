import { z } from 'zod';
import type { PortMonitor } from '../../core/networks/host-network.ts';
import { runCommand } from '../supervise/run-command.ts';
import { deviceArgument, switchKeyOf } from './device-names.ts';
import { deviceExists, masterOf } from './devices.ts';
import { directFrames } from './port-queues.ts';

/** Table of this service in which nothing but names is kept: what tells the next service which ports take part. */
const TABLE = 'bridge vsms_mirrors';
const MAP = `${TABLE} monitors`;
const GROUND = `add table ${TABLE}\nadd map ${MAP} { type ifname : mark; }\n`;

/** A mark is the session, and a bit for a source. */
const SOURCE = 0x100;
const SESSIONS = 0xff;

const listShape = z.object({
  nftables: z.array(
    z.object({ map: z.object({ elem: z.array(z.tuple([z.string(), z.number()])).optional() }).optional() }),
  ),
});

/** Copies of what ports send and get for other ports of their switch (MonitorMode of a port's security feature). */
export class Mirrors {
  /** Null: not read yet. */
  #ports: Map<string, PortMonitor> | null = null;

  /** The port was plugged in, with another part or none, or has gone. Without any port of a part nothing is done. */
  async follow(device: string, monitor: PortMonitor | null): Promise<void> {
    this.#ports ??= await readPorts();
    const before = this.#ports.get(device);
    if (before === undefined && monitor === null) return;
    if (before === undefined || monitor === null || markOf(before) !== markOf(monitor)) {
      const name = `"${deviceArgument(device)}"`;
      const script = [
        GROUND,
        ...(before === undefined ? [] : [`delete element ${MAP} { ${name} }`]),
        ...(monitor === null ? [] : [`add element ${MAP} { ${name} : ${markOf(monitor)} }`]),
        '',
      ];
      await runCommand('nft', ['-f', '-'], { input: script.join('\n') });
      if (monitor === null) this.#ports.delete(device);
      else this.#ports.set(device, monitor);
    }
    if (before?.role === 'source' && monitor?.role !== 'source' && (await deviceExists(device)))
      await directFrames(device, []);
    await this.#directAll(this.#ports);
  }

  async #directAll(ports: ReadonlyMap<string, PortMonitor>): Promise<void> {
    const placed = await Promise.all(
      [...ports].map(async ([device, monitor]) => ({ device, ...monitor, bridge: await masterOf(device) })),
    );
    for (const source of placed) {
      if (source.role !== 'source' || !(await deviceExists(source.device))) continue;
      const copies = placed.filter(
        ({ role, session, bridge }) =>
          role === 'destination' &&
          session === source.session &&
          bridge !== null &&
          source.bridge !== null &&
          switchKeyOf(bridge) === switchKeyOf(source.bridge),
      );
      await directFrames(
        source.device,
        copies.map(({ device }) => device),
      );
    }
  }
}

const markOf = ({ role, session }: PortMonitor): number => (role === 'source' ? SOURCE : 0) + session;

/** What a former service has left; a host that has no such table has no such ports. */
async function readPorts(): Promise<Map<string, PortMonitor>> {
  const text = await runCommand('nft', ['-j', 'list', 'map', ...MAP.split(' ')]).catch(() => '{"nftables": []}');
  const elements = listShape.parse(JSON.parse(text)).nftables.flatMap(({ map }) => map?.elem ?? []);
  return new Map(
    elements.map(([device, mark]) => [
      device,
      { role: (mark & SOURCE) === 0 ? 'destination' : 'source', session: mark & SESSIONS },
    ]),
  );
}
