import type { MachineSummary } from '../summaries.ts';
import type * as Rest from './generated/operations.ts';

/** What of a machine `summaryOf` reads. */
export const SUMMARIZED = [
  'id',
  'generation',
  'processors',
  'cpuPercent',
  'memoryUsageMb',
  'guestOperatingSystem',
  'notes',
] as const;

export const summaryOf = (vm: Pick<Rest.Vm, (typeof SUMMARIZED)[number]>): MachineSummary => ({
  generation: vm.generation,
  processors: vm.processors,
  cpuPercent: vm.cpuPercent,
  memoryMb: vm.memoryUsageMb,
  guest: vm.guestOperatingSystem ?? '',
  notes: vm.notes,
});

/** `IDE 0:1`, `SCSI 0:12`, `floppy`. */
export const placeOf = ({ controller, controllerNumber, location }: Rest.Disk): string =>
  controller === 'floppy' || controller === null
    ? 'floppy'
    : `${controller.toUpperCase()} ${controllerNumber ?? ''}:${location ?? ''}`;
