import type { SystemGraph } from '../core/graph.ts';
import type { RunningMachine, RunningMachines, Traffic } from '../rest/metrics/traffic.ts';

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

/** Load and memory of machines that run, as they were sampled last. */
export const runningMachines = (graph: SystemGraph): RunningMachines =>
  function* (): Iterable<RunningMachine> {
    for (const machine of graph.machines()) {
      if (graph.system(machine.id)?.power !== 'running') continue;
      const { processorLoadPercent, memoryUsageMb } = machine.figures();
      yield { id: machine.id, cpuPercent: Math.round(processorLoadPercent), memoryUsageMb };
    }
  };
