import type { SystemGraph } from '../core/graph.ts';
import type { Traffic } from '../rest/metrics/traffic.ts';

/** As REST writes the ids of devices (docs/rest.md). */
const idOf = (part: string): string => part.replaceAll('\\', '~');

/** Counters of machines that run, as they were sampled last; never waited for. */
export const machineTraffic =
  (graph: SystemGraph): Traffic =>
  (id) => {
    const counters = graph.machine(id)?.counters();
    if (counters === undefined) return null;
    return {
      disks: [...counters.disks].map(([disk, { readBytes, writtenBytes }]) => ({
        id: idOf(disk),
        inBytes: readBytes,
        outBytes: writtenBytes,
      })),
      adapters: [...counters.adapters].map(([adapter, { receivedBytes, sentBytes }]) => ({
        id: idOf(adapter),
        inBytes: receivedBytes,
        outBytes: sentBytes,
      })),
    };
  };
