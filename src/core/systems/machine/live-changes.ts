import type { Machine } from '../../ports.ts';
import type { AdapterSpec, DiskSpec, MachineSpec, SerialSpec } from '../../machine-spec.ts';

/** One change of a running machine and its way back. */
export interface LiveStep {
  readonly what: string;
  apply(machine: Machine): Promise<void>;
  undo(machine: Machine): Promise<void>;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What has to be done to a machine of `before` so that it is one of `after`: takes away first, then gives. */
export const liveSteps = (before: MachineSpec, after: MachineSpec): readonly LiveStep[] => [
  ...pairs(before.disks, after.disks).flatMap(([was, is]) => diskSteps(was, is)),
  ...pairs(before.adapters, after.adapters).flatMap(([was, is]) => adapterSteps(was, is)),
  ...pairs(before.serialPorts, after.serialPorts).flatMap(([was, is]) => serialSteps(was, is)),
  ...memorySteps(before, after),
];

/** Records of the same id side by side; those that go come first. */
const pairs = <T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
): readonly (readonly [T | undefined, T | undefined])[] => [
  ...before.filter((was) => after.every((is) => is.id !== was.id)).map((was) => [was, undefined] as const),
  ...after.map((is) => [before.find((was) => was.id === is.id), is] as const),
];

const removeDisk = (disk: DiskSpec): LiveStep => ({
  what: `remove disk ${disk.id}`,
  apply: (machine) => machine.removeDisk(disk.id),
  undo: (machine) => machine.addDisk(disk),
});

const addDisk = (disk: DiskSpec): LiveStep => ({
  what: `add disk ${disk.id}`,
  apply: (machine) => machine.addDisk(disk),
  undo: (machine) => machine.removeDisk(disk.id),
});

const diskSteps = (was: DiskSpec | undefined, is: DiskSpec | undefined): readonly LiveStep[] => {
  if (was === undefined) return is === undefined ? [] : [addDisk(is)];
  if (is === undefined) return [removeDisk(was)];
  if (same(was, is)) return [];
  const sameMedium = same(was.image, is.image);
  // A disk cannot change its medium: it leaves and another one comes.
  if (is.media === 'disk' && !sameMedium) return [removeDisk(was), addDisk(is)];
  const steps: LiveStep[] = [];
  if (!sameMedium) {
    steps.push({
      what: `change medium of ${is.id}`,
      apply: (machine) => machine.changeMedium(is.id, is.image),
      undo: (machine) => machine.changeMedium(is.id, was.image),
    });
  }
  if (was.iopsLimit !== is.iopsLimit) {
    steps.push({
      what: `limit ${is.id}`,
      apply: (machine) => machine.setIopsLimit(is.id, is.iopsLimit),
      undo: (machine) => machine.setIopsLimit(is.id, was.iopsLimit),
    });
  }
  return steps;
};

const adapterSteps = (was: AdapterSpec | undefined, is: AdapterSpec | undefined): readonly LiveStep[] => {
  if (was === undefined) {
    if (is === undefined) return [];
    return [
      {
        what: `add adapter ${is.id}`,
        apply: (machine) => machine.addAdapter(is),
        undo: (machine) => machine.removeAdapter(is.id),
      },
    ];
  }
  if (is === undefined) {
    return [
      {
        what: `remove adapter ${was.id}`,
        apply: (machine) => machine.removeAdapter(was.id),
        undo: (machine) => machine.addAdapter(was),
      },
    ];
  }
  if (same(was.network, is.network)) return [];
  return [
    {
      what: `connect ${is.id}`,
      apply: (machine) => machine.connectAdapter(is),
      undo: (machine) => machine.connectAdapter(was),
    },
  ];
};

const serialSteps = (was: SerialSpec | undefined, is: SerialSpec | undefined): readonly LiveStep[] => {
  if (was === undefined || is === undefined || was.socket === is.socket) return [];
  return [
    {
      what: `connect ${is.id}`,
      apply: (machine) => machine.connectSerial(is),
      undo: (machine) => machine.connectSerial(was),
    },
  ];
};

const memorySteps = (before: MachineSpec, after: MachineSpec): readonly LiveStep[] => {
  if (same(before.memory, after.memory)) return [];
  const target = ({ mb, dynamic }: MachineSpec['memory']): number =>
    dynamic === null ? mb : Math.min(Math.max(mb, dynamic.minimumMb), dynamic.maximumMb);
  return [
    {
      what: 'set memory',
      apply: (machine) => machine.setMemory(target(after.memory)),
      undo: (machine) => machine.setMemory(target(before.memory)),
    },
  ];
};
