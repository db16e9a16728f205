import { createHash } from 'node:crypto';

/**
 * Names of things inside QEMU. They must match `[A-Za-z][A-Za-z0-9._-]*` and node names must be shorter than 32
 * characters, while ids of the domain hold backslashes, braces and what clients wrote: so a hash stands for the id.
 */
function named(prefix: string, id: string): string {
  return `${prefix}-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
}

/** Guest device of a drive. */
export const driveDevice = (diskId: string): string => named('drive', diskId);
/** What the names of all block nodes of a drive's image begin with. */
export const diskNode = (diskId: string): string => named('disk', diskId);
/** Block node of one file of a drive's chain: named for the file, since its place in the chain changes (checkpoints). */
export const fileNode = (diskId: string, file: string): string =>
  `${diskNode(diskId)}-${createHash('sha256').update(file).digest('hex').slice(0, 8)}`;
/** Block node of the base of a drive's chain, when it is served by a storage daemon. */
export const servedNode = (diskId: string): string => `${diskNode(diskId)}-served`;
/** Block node without content that holds the place of a drive's image while that is opened anew. */
export const voidNode = (diskId: string): string => `${diskNode(diskId)}-void`;
/** Guest device of an adapter. */
export const adapterDevice = (adapterId: string): string => named('nic', adapterId);
/** Network back end that is the adapter's peer. */
export const adapterPeer = (adapterId: string): string => named('net', adapterId);
/** Second port of the adapter's hub. */
export const hubPlugPort = (adapterId: string): string => named('plug', adapterId);
/** Network behind the hub. */
export const hubPlugNetwork = (adapterId: string): string => named('wire', adapterId);
export const scsiController = (controller: number): string => `scsi${controller}`;
export const serialChardev = (index: number): string => `com${index + 1}`;
export const BALLOON = 'balloon0';
export const BALLOON_PATH = `/machine/peripheral/${BALLOON}`;
