import type { WsmanClient } from './client.ts';
import { listOf, type Reference, textOf } from './object.ts';

/** Not of Hyper-V: only a vsms host has it. */
const PATH_SERVICE = { className: 'Vsms_PathService' };

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
  const column = (name: string): readonly string[] => listOf(out[name]).map((value) => textOf(value) ?? '');
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
