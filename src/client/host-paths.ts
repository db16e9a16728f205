import { type WsmanClient, WsmanFault } from './client.ts';
import { listOf, type Reference, textOf } from './object.ts';
import type { PlanDisk } from './plan-details.ts';

/** Not of Hyper-V: only a vsms host has it. */
const PATH_SERVICE = { className: 'Vsms_PathService' } as const;

/** A path that a machine, plan or checkpoint names, and what it is on the host. */
export interface HostPath {
  /** InstanceID of the setting that names it: of a disk's image, a serial port, or the machine's own. */
  readonly setting: string;
  readonly property: string;
  /** As it was written. */
  readonly path: string;
  /** Null: it can mean no file there; `problem` says why. */
  readonly file: string | null;
  readonly problem: string | null;
}

/** `configuration`: a machine, a plan, or the settings of a checkpoint. @throws MethodError */
export const hostPaths = async (client: WsmanClient, configuration: Reference): Promise<readonly HostPath[]> => {
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

/** A disk or an image in a drive whose file is not what its text says. */
export interface DiskOnHost {
  /** `IDE 0:1`, `SCSI 0:12`, `floppy`. */
  readonly place: string;
  /** As it was written. */
  readonly path: string;
  /** Null: it can mean no file there; `problem` says why. */
  readonly file: string | null;
  readonly problem: string | null;
}

/**
 * Those of `disks` whose file on the host is called otherwise than they were written, or cannot be used. None on a host that cannot
 * tell, such as Hyper-V, where a path is what it says. @throws MethodError
 */
export const disksOnHost = async (
  client: WsmanClient,
  configuration: Reference,
  disks: readonly PlanDisk[],
): Promise<readonly DiskOnHost[]> => {
  const paths = await hostPaths(client, configuration).catch((error: unknown) => {
    if (error instanceof WsmanFault && error.subcode === 'DestinationUnreachable') return [];
    throw error;
  });
  return disks.flatMap(({ setting, place }) =>
    paths
      .filter((each) => each.setting === setting && (each.file !== each.path || each.problem !== null))
      .map(({ path, file, problem }) => ({ place, path, file, problem })),
  );
};
