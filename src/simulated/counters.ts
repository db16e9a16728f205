import type { MachineCounters } from '../core/ports.ts';
import type { AdapterSpec, DiskSpec } from '../core/machine-spec.ts';

/** What a simulated guest does in a second of its running time, all its life long: so that two readings tell the time. */
const PROCESSOR_SHARE = 0.02;
const READ_BYTES = 64 * 1024;
const WRITTEN_BYTES = 32 * 1024;
const OPERATIONS = 24;
const BUSY_MS = 12;
const RECEIVED_BYTES = 16 * 1024;
const SENT_BYTES = 8 * 1024;

/** Counters as plain arithmetic over the running time, so that idle machines cost nothing. `ranMs`: of this process. */
export const countersOf = (
  ranMs: number,
  processors: number,
  devices: { readonly disks: readonly DiskSpec[]; readonly adapters: readonly AdapterSpec[] },
): MachineCounters => {
  const of = (perSecond: number): number => Math.floor((perSecond * ranMs) / 1000);
  const disks = devices.disks.filter(({ image }) => image !== null);
  const adapters = devices.adapters.filter(({ network }) => network.kind !== 'none');
  return {
    processorMs: ranMs * PROCESSOR_SHARE * processors,
    disks: new Map(
      disks.map(({ id }) => [
        id,
        {
          readBytes: of(READ_BYTES),
          writtenBytes: of(WRITTEN_BYTES),
          operations: of(OPERATIONS),
          busyMs: of(BUSY_MS),
        },
      ]),
    ),
    adapters: new Map(adapters.map(({ id }) => [id, { receivedBytes: of(RECEIVED_BYTES), sentBytes: of(SENT_BYTES) }])),
  };
};
