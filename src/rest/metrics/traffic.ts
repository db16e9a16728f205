/** Bytes that one device of a machine has moved since its process began. */
export interface DeviceTraffic {
  /** Id of the drive or adapter within its machine. */
  readonly id: string;
  readonly inBytes: number;
  readonly outBytes: number;
}

export interface MachineTraffic {
  /** Read and written. */
  readonly disks: readonly DeviceTraffic[];
  /** Received and sent; not of adapters whose bytes nobody can tell. */
  readonly adapters: readonly DeviceTraffic[];
}

/** No class of Hyper-V's tells bytes without metering, so the program gives them. Null: the machine does not run. */
export type Traffic = (machine: string) => MachineTraffic | null;

/** Of all devices of a kind together; null: nobody can tell. */
export const totalOf = (devices: readonly DeviceTraffic[], way: 'inBytes' | 'outBytes'): number | null =>
  devices.length === 0 ? null : devices.reduce((sum, device) => sum + device[way], 0);

/** A machine that runs, as it was sampled last. */
export interface RunningMachine {
  readonly id: string;
  readonly cpuPercent: number;
  readonly memoryUsageMb: number;
}

/** Those alone: whoever looks every few seconds does not visit all others. */
export type RunningMachines = () => Iterable<RunningMachine>;

/** A port of a switch of the host; `received`: what came into the switch by it. */
export interface SwitchPortTraffic {
  readonly switchName: string;
  readonly port: string;
  readonly leadsTo: string;
  readonly received: FrameCounters;
  readonly sent: FrameCounters;
}

interface FrameCounters {
  readonly bytes: number;
  readonly frames: number;
  readonly dropped: number;
}

export type SwitchTraffic = () => Promise<readonly SwitchPortTraffic[]>;
