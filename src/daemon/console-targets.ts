import type { AuditTrail } from '../audit/trail.ts';
import { firstText } from '../core/devices/effective.ts';
import type { SystemGraph } from '../core/graph.ts';
import { DomainError } from '../core/errors.ts';
import type { PathResolver } from '../core/paths/resolver.ts';
import type { WithNames } from './object-names.ts';
import type { ConsoleTarget, ConsoleTargets } from '../rest/console/targets.ts';

/** Screens and serial ports of the machines that run here. */
export const consoleTargets = (
  graph: SystemGraph,
  paths: PathResolver,
  trail: AuditTrail,
  withNames: WithNames,
): ConsoleTargets => ({
  find: async (id, wanted) => {
    const machine = graph.machine(id);
    const system = graph.system(id);
    if (machine === undefined || system === undefined)
      return { missing: 'off', reason: 'The virtual machine does not run. Start it first.' };
    if (wanted.kind === 'screen')
      return machine.vncSocket === null
        ? {
            missing: 'none',
            reason: 'This hypervisor is simulated: its machines have no screen. The thumbnail shows one.',
          }
        : { socket: machine.vncSocket };
    // As REST writes the ids of devices (docs/rest.md).
    const part = wanted.port.replaceAll('~', '\\').toUpperCase();
    const port = system.active.devices.find(
      (device) => device.kind === 'serialPort' && device.part.toUpperCase() === part,
    );
    if (port === undefined) return { missing: 'none', reason: 'The virtual machine has no such serial port.' };
    return serialOf(paths, firstText(port, 'Connection'));
  },
  note: ({ caller, machine, wanted, allowed, requestId }) =>
    trail.append(
      withNames({
        kind: allowed ? 'change' : 'denied',
        who: caller.name,
        from: caller.address,
        protocol: 'rest',
        what: wanted.kind === 'screen' ? 'open screen' : 'open serial port',
        objects: wanted.kind === 'screen' ? [machine] : [machine, wanted.port],
        result: allowed ? 'ok' : 'accessDenied',
        requestId,
      }),
    ),
});

const serialOf = async (paths: PathResolver, connection: string | null): Promise<ConsoleTarget> => {
  if (connection === null || connection === '')
    return { missing: 'none', reason: 'This serial port is not connected. Give it a pipe first.' };
  try {
    return { socket: (await paths.resolve(connection, 'socket')).file };
  } catch (error) {
    if (error instanceof DomainError) return { missing: 'none', reason: error.message };
    throw error;
  }
};
