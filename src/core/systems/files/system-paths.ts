import { join } from 'node:path';
import type { Guid } from '../../model.ts';
import type { PathPurpose, ResolvedPath } from '../../paths/resolver.ts';

/** Where things of systems lie. Texts of clients go through the resolver of core/paths and through nothing else. */
export interface SystemPaths {
  /** @throws DomainError when the folder is in no allowed root or the text is no path. The folder need not exist. */
  checkFolder(text: string): Promise<void>;
  /** Linux path of a folder that is there. @throws DomainError as above */
  folder(text: string): Promise<string>;
  /** Does a file of this text exist? @throws DomainError as above */
  exists(folder: string, relative: string): Promise<boolean>;
  /** Linux path of a disk file that is there or will be; its folder is there. @throws DomainError as above */
  diskFile(text: string): Promise<string>;
  /** Unix socket behind a serial port's Connection. @throws DomainError */
  serialSocket(text: string): Promise<string>;
  /** What a text means on this host; nothing is made. @throws DomainError */
  look(text: string, purpose: PathPurpose): Promise<ResolvedPath>;
  /** Private directory of a system: saved state, UEFI variables, TPM. Reachable by no client path (K24). */
  stateDirectory(system: Guid): string;
  /** Sockets and logs of its machine. */
  runDirectory(system: Guid): string;
  /** Ids of systems that have a state or a run directory. */
  privateDirectories(): Promise<readonly Guid[]>;
}

/** Directories of a system's checkpoints, one each, within its private directory. */
export const snapshotsDirectory = (paths: Pick<SystemPaths, 'stateDirectory'>, system: Guid): string =>
  join(paths.stateDirectory(system), 'snapshots');

/** What a checkpoint has besides disks and settings (snapshots/state-files.ts). */
export const snapshotDirectory = (paths: Pick<SystemPaths, 'stateDirectory'>, system: Guid, snapshot: Guid): string =>
  join(snapshotsDirectory(paths, system), snapshot);
