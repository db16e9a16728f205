import type { AdapterSpec, DiskSpec, MachineSpec } from '../../core/machine-spec.ts';

/** `bootindex` of each bootable device by id of the disk or adapter, first is 1. */
export function bootIndexes(spec: MachineSpec): ReadonlyMap<string, number> {
  const order = spec.firmware.kind === 'uefi' ? spec.firmware.bootOrder : biosOrder(spec, spec.firmware.bootOrder);
  return new Map([...new Set(order)].map((id, index) => [id, index + 1]));
}

/** The BIOS setting names kinds of devices: all of a kind, in the order of their places. */
function biosOrder(spec: MachineSpec, kinds: readonly ('floppy' | 'cd' | 'disk' | 'network')[]): string[] {
  return kinds.flatMap((kind) =>
    kind === 'network'
      ? adaptersFirstEmulated(spec.adapters)
      : disksInPlace(spec.disks.filter((disk) => disk.media === kind)),
  );
}

/** Generation 1 boots from the legacy adapter on Hyper-V: those come first. */
function adaptersFirstEmulated(adapters: readonly AdapterSpec[]): string[] {
  return adapters.toSorted((a, b) => Number(b.emulated) - Number(a.emulated)).map(({ id }) => id);
}

const BUS_RANK = { floppy: 0, ide: 1, scsi: 2 } as const;

function disksInPlace(disks: readonly DiskSpec[]): string[] {
  const rank = (disk: DiskSpec): number => BUS_RANK[disk.bus] * 10_000 + disk.controller * 100 + disk.slot;
  return disks.toSorted((a, b) => rank(a) - rank(b)).map(({ id }) => id);
}
