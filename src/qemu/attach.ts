import { stat } from 'node:fs/promises';
import type { PortPlace } from '../core/networks/host-network.ts';
import type { AdapterSpec, DiskImage, DiskSpec } from '../core/machine-spec.ts';
import type { DiskSource, HubPlug, Wire } from './command-line/layout.ts';
import type { HostServices } from './host-services.ts';
import { checkImage, type CheckedImage } from './images/check-image.ts';
import type { AccessRequest } from './supervise/access-ledger.ts';
import type { MachineDirectories } from './supervise/socket-directory.ts';
import { storageDaemonOf } from './supervise/storage-daemon.ts';
import { makeTap, removeTap, tapName } from './supervise/taps.ts';

/** A machine as far as its things outside of QEMU are concerned. */
export interface MachinePlace {
  readonly id: string;
  readonly directories: MachineDirectories;
}

const ownerOfDisk = (diskId: string): string => `disk:${diskId}`;

/** What QEMU's user must reach of a drive's image and the chain below it. */
export function imageRequests(diskId: string, image: DiskImage): readonly AccessRequest[] {
  const owner = ownerOfDisk(diskId);
  return [
    // The files of a chain are given open to what serves them.
    ...(image.parents === undefined
      ? [{ owner, file: image.file, access: image.readOnly ? ('r' as const) : ('rw' as const) }]
      : []),
    ...(image.backing ?? [])
      .filter(({ parents }) => parents === undefined)
      .map(({ file, own }) => ({ owner, file, access: own === true ? ('rw' as const) : ('r' as const) })),
  ];
}

/** Makes an image ready for QEMU: looked into, accessible, served if need be. Rejects with DomainError. */
export async function attachImage(
  host: HostServices,
  place: MachinePlace,
  diskId: string,
  image: DiskImage,
): Promise<DiskSource> {
  const chain = await checkImage(image);
  await host.access.give(place.id, imageRequests(diskId, image));
  return serveImage(host, place, diskId, chain);
}

/** What QEMU opens for a checked chain; a daemon for what it must not open itself. */
export async function serveImage(
  host: HostServices,
  place: MachinePlace,
  diskId: string,
  chain: readonly CheckedImage[],
): Promise<DiskSource> {
  let source: DiskSource | null = null;
  // From the base upwards. Only the base is ever served, so one process a drive is enough.
  for (const checked of chain.toReversed()) {
    if (checked.kind === 'direct') source = { ...checked.source, ...(source === null ? {} : { backing: source }) };
    else {
      const served =
        checked.kind === 'chain'
          ? await host.chains.start(place, diskId, checked.chain)
          : await host.daemons.start(place, diskId, checked.image);
      // Below an overlay QEMU only reads; a merge opens it for writing then.
      source = chain.length === 1 ? served : { ...served, readOnly: true };
    }
  }
  if (source === null) throw new Error('an image without a file');
  return source;
}

/**
 * Starts storage daemons that drives of a running machine should have and that do not run: a service that died may have stopped
 * one (machine/grow-disk.ts). What cannot be served is told and left: its guest stops when it next wants its disk.
 */
export async function serveAgain(host: HostServices, place: MachinePlace, disks: Iterable<DiskSpec>): Promise<void> {
  for (const { id, image } of disks) {
    // A differencing disk has a server of its own (supervise/chain-keeper.ts).
    if (image === null || image.format !== 'vhdx' || image.readOnly || image.parents !== undefined) continue;
    if (host.daemons.keeps(place.id, id) || (await storageDaemonOf(id, place.directories.sockets)) !== null) continue;
    try {
      // A machine that is turned off meanwhile takes its helpers along, and leaves none that comes later.
      if (isGoing(host, place.id)) return;
      await serveImage(host, place, id, await checkImage(image));
      if (isGoing(host, place.id)) await host.daemons.stop(place, id);
    } catch (error) {
      host.log.error({ err: error, system: place.id, disk: id }, 'a disk of a running machine is not served');
    }
  }
}

/** Is the machine being cleared away, or gone? */
export const isGoing = ({ records, releasing }: Pick<HostServices, 'records' | 'releasing'>, id: string): boolean =>
  records.get(id) === null || releasing.has(id);

/** Undoes attachImage, when QEMU has let go of the image. */
export async function detachImage(host: HostServices, place: MachinePlace, diskId: string): Promise<void> {
  await host.chains.stop(place, diskId);
  await host.daemons.stop(place, diskId);
  await host.access.take(place.id, ownerOfDisk(diskId));
}

/** Kind of an adapter's peer inside QEMU. The guest's driver adapts to it, so a saved state needs the same one again. */
export type PeerKind = Wire['kind'];

/** A bridge gets a tap as the adapter's own peer; everything else a hub, which can be plugged anew. */
export function peerFor(adapter: AdapterSpec): PeerKind {
  return adapter.network.kind === 'bridge' ? 'tap' : 'hub';
}

/** `peer`: 'tap' is also the peer of an adapter that is on no bridge any more. */
export function wireFor(machineId: string, adapter: AdapterSpec, peer: PeerKind): Wire {
  if (peer === 'tap') return { kind: 'tap', device: tapName(machineId, adapter.id) };
  return { kind: 'hub', plug: plugFor(machineId, adapter) };
}

export function plugFor(machineId: string, adapter: AdapterSpec): HubPlug | null {
  const { network } = adapter;
  if (network.kind === 'bridge') return { kind: 'tap', device: tapName(machineId, adapter.id) };
  return network.kind === 'user' ? { kind: 'user' } : null;
}

/** Makes the tap behind an adapter, if it has one; the record must name it already. */
export async function makeTapFor(host: HostServices, id: string, adapter: AdapterSpec, wire: Wire): Promise<void> {
  const device = tapOf(wire);
  if (device === null) return;
  await removeTap(host.network, device);
  await makeTap(device, host.user);
  await host.network.plug(portPlace(device, adapter));
  // udev lets everybody open it, a bare host root alone; a tap is its owner's whoever opens it.
  await host.access.give(id, [{ owner: 'machine', file: TUN, access: 'rw' }]);
}

/** Where the tap of an adapter is to be plugged in. */
export function portPlace(device: string, { network }: AdapterSpec): PortPlace {
  return network.kind === 'bridge'
    ? { device, bridge: network.bridge, rules: network.rules ?? null }
    : { device, bridge: null, rules: null };
}

const TUN = '/dev/net/tun';

export function tapOf(wire: Wire): string | null {
  if (wire.kind === 'tap') return wire.device;
  return wire.plug?.kind === 'tap' ? wire.plug.device : null;
}

export async function removeWire(host: Pick<HostServices, 'network'>, wire: Wire): Promise<void> {
  const device = tapOf(wire);
  if (device !== null) await removeTap(host.network, device);
}

/** Boot ROMs of network adapters come in a package of their own. */
export async function hasNetworkRoms(): Promise<boolean> {
  return stat('/usr/lib/ipxe/qemu/efi-virtio.rom').then(
    () => true,
    () => false,
  );
}
