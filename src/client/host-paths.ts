import type { CimClient } from './cim-client.ts';
import { WsmanFault } from './client.ts';
import { listOf, type Reference, textOf } from './object.ts';
import { type DiskOnHost, type HostPath, renamedDisks } from './disk-on-host.ts';
import type { PlanDisk } from './plan-details.ts';

/** Not of Hyper-V: only a vsms host has it. */
const PATH_SERVICE = { className: 'Vsms_PathService' } as const;

/** `configuration`: a machine, a plan, or the settings of a checkpoint. @throws MethodError */
export const hostPaths = async (client: CimClient, configuration: Reference): Promise<readonly HostPath[]> => {
  const { out } = await client.run(PATH_SERVICE, 'GetHostPaths', { Configuration: configuration });
  const column = (name: keyof typeof out): readonly string[] => listOf(out[name]).map((value) => textOf(value) ?? '');
  const [properties, paths, files, problems] = [
    column('Properties'),
    column('Paths'),
    column('HostPaths'),
    column('Problems'),
  ];
  const given = (text: string | undefined): string | null => (text === undefined || text === '' ? null : text);
  return column('Settings').map((setting, index) => ({
    setting,
    property: properties[index] ?? '',
    path: paths[index] ?? '',
    file: given(files[index]),
    problem: given(problems[index]),
  }));
};

/**
 * Those of `disks` whose file on the host is called otherwise than they were written, or cannot be used. None on a host that cannot
 * tell, such as Hyper-V, where a path is what it says. @throws MethodError
 */
export const disksOnHost = async (
  client: CimClient,
  configuration: Reference,
  disks: readonly PlanDisk[],
): Promise<readonly DiskOnHost[]> => {
  const paths = await hostPaths(client, configuration).catch((error: unknown) => {
    if (error instanceof WsmanFault && error.subcode === 'DestinationUnreachable') return [];
    throw error;
  });
  return renamedDisks(disks, paths);
};
