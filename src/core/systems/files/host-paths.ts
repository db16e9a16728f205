import { firstText } from '../../devices/effective.ts';
import { IMAGE_KINDS } from '../../devices/wiring.ts';
import { DomainError } from '../../errors.ts';
import type { ConfigurationPlace } from '../../graph.ts';
import type { DeviceSetting } from '../../model.ts';
import type { PathPurpose } from '../../paths/resolver.ts';
import { effectiveValues } from '../system-defaults.ts';
import type { SystemPaths } from './system-paths.ts';
import { isCheckedFolder } from '../settings/system-properties.ts';

/** A path that a configuration names, and what it is on this host (paths.md, Round trip). */
export interface HostPath {
  /** Part of the setting that names it; null: the configuration itself. */
  readonly part: string | null;
  readonly property: string;
  /** As the client wrote it. */
  readonly text: string;
  /** Canonical Linux path; null: it can mean none here, and `problem` says why. */
  readonly file: string | null;
  /** One sentence on what cannot be used or is not there; null: nothing. */
  readonly problem: string | null;
}

interface NamedPath {
  readonly part: string | null;
  readonly property: string;
  readonly text: string;
  readonly purpose: Extract<PathPurpose, 'newFile' | 'newFolder' | 'socket'>;
}

/** Folders, disks, images and serial ports of a configuration in this order, each looked for anew; nothing is made. */
export const hostPaths = (
  paths: Pick<SystemPaths, 'look'>,
  { system, configuration }: ConfigurationPlace,
): Promise<readonly HostPath[]> => {
  const folders = Object.entries(effectiveValues(system, configuration)).flatMap(([property, value]): NamedPath[] =>
    isCheckedFolder(property, value) ? [{ part: null, property, text: value, purpose: 'newFolder' }] : [],
  );
  return Promise.all([...folders, ...configuration.devices.flatMap(pathOf)].map((named) => onHost(paths, named)));
};

const pathOf = (device: DeviceSetting): readonly NamedPath[] => {
  const isPort = device.kind === 'serialPort';
  if (!isPort && !IMAGE_KINDS.has(device.kind)) return [];
  const property = isPort ? 'Connection' : 'HostResource';
  const text = firstText(device, property);
  return text === null ? [] : [{ part: device.part, property, text, purpose: isPort ? 'socket' : 'newFile' }];
};

const onHost = async (paths: Pick<SystemPaths, 'look'>, { purpose, ...named }: NamedPath): Promise<HostPath> => {
  try {
    const { file, exists } = await paths.look(named.text, purpose);
    return { ...named, file, problem: purpose === 'newFile' && !exists ? 'There is no such file.' : null };
  } catch (error) {
    if (error instanceof DomainError) return { ...named, file: null, problem: error.message };
    throw error;
  }
};
