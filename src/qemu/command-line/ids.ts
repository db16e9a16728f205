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
/** Block node on top of a drive's image. */
export const diskNode = (diskId: string): string => named('disk', diskId);
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
