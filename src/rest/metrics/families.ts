import type { HostFigures } from '../host/routes.ts';
import { STATES, type VmView } from '../vms/view.ts';
import type { Family } from './text-format.ts';
import type { DeviceTraffic, MachineTraffic, SwitchPortTraffic, Traffic } from './traffic.ts';

export interface Observed {
  readonly version: string;
  readonly host: HostFigures;
  readonly vms: readonly VmView[];
  readonly traffic: Traffic;
  readonly switchPorts: readonly SwitchPortTraffic[];
  readonly jobsRunning: number;
  readonly eventStreams: number;
  readonly consoles: number;
  /** Seconds since 1970. */
  readonly processStartedAt: number;
  readonly residentBytes: number;
  /** Errors that nobody waited for. */
  readonly unheardErrors: number;
}

type Reader = (vm: VmView) => number | null;

const MB = 1_048_576;
const labelsOf = ({ id, name }: VmView): Record<string, string> => ({ vm: name, uuid: id });

const perVm = (
  vms: readonly VmView[],
  name: string,
  help: string,
  read: Reader,
  type: Family['type'] = 'gauge',
): Family => ({
  name,
  help,
  type,
  samples: vms.flatMap((vm) => {
    const value = read(vm);
    return value === null ? [] : [{ labels: labelsOf(vm), value }];
  }),
});

const one = (name: string, help: string, value: number, labels: Record<string, string> = {}): Family => ({
  name,
  help,
  type: 'gauge',
  samples: [{ labels, value }],
});

/** Bytes of each drive or adapter of the machines that run. */
const perDevice = (
  { vms, traffic }: Observed,
  family: Pick<Family, 'name' | 'help'>,
  devices: keyof MachineTraffic,
  way: 'inBytes' | 'outBytes',
  labels: (vm: VmView, device: DeviceTraffic) => Record<string, string>,
): Family => ({
  ...family,
  type: 'counter',
  samples: vms.flatMap((vm) =>
    (traffic(vm.id)?.[devices] ?? []).map((device) => ({ labels: labels(vm, device), value: device[way] })),
  ),
});

/** The four families of bytes: `names` in the order read, written, received, sent. */
const traffic = (
  observed: Observed,
  [read, written, received, sent]: readonly [string, string, string, string],
  labels: (label: 'device' | 'adapter') => (vm: VmView, device: DeviceTraffic) => Record<string, string>,
): readonly Family[] => [
  perDevice(observed, { name: read, help: 'Bytes read from a drive.' }, 'disks', 'inBytes', labels('device')),
  perDevice(observed, { name: written, help: 'Bytes written to a drive.' }, 'disks', 'outBytes', labels('device')),
  perDevice(
    observed,
    { name: received, help: 'Bytes received by an adapter.' },
    'adapters',
    'inBytes',
    labels('adapter'),
  ),
  perDevice(observed, { name: sent, help: 'Bytes sent by an adapter.' }, 'adapters', 'outBytes', labels('adapter')),
];

const PORT_COUNTERS = { bytes: 'Bytes', frames: 'Frames', dropped: 'Lost frames' } as const;

/** Of switches that are networks of the host; a port that goes takes its series along. */
const portFamilies = ({ switchPorts }: Observed): readonly Family[] =>
  (['received', 'sent'] as const).flatMap((way) =>
    (['bytes', 'frames', 'dropped'] as const).map(
      (what): Family => ({
        name: `vsms_switch_port_${way}_${what}_total`,
        help: `${PORT_COUNTERS[what]} that ${way === 'received' ? 'came into the switch' : 'left the switch'} by a port.`,
        type: 'counter',
        samples: switchPorts.map((port) => ({
          labels: { switch: port.switchName, port: port.port, to: port.leadsTo },
          value: port[way][what],
        })),
      }),
    ),
  );

const isRunning = ({ state }: VmView): boolean => state === 'running';

/** Our own names: `_bytes`, `_seconds`, `_ratio`; `_info` with labels. */
export const ownFamilies = (observed: Observed): readonly Family[] => {
  const { version, host, vms, jobsRunning, eventStreams, consoles, processStartedAt, residentBytes } = observed;
  return [
    one('vsms_build_info', 'Version of the service.', 1, { version }),
    one('vsms_process_start_time_seconds', 'When the service was started.', processStartedAt),
    one('vsms_process_resident_memory_bytes', 'Memory of the service.', residentBytes),
    {
      name: 'vsms_unheard_errors_total',
      help: 'Mistakes of the service that no request has heard of; the log tells each.',
      type: 'counter',
      samples: [{ labels: {}, value: observed.unheardErrors }],
    },
    one('vsms_host_processors', 'Logical processors of the host.', host.processors),
    one('vsms_host_cpu_ratio', 'Load of the processors of the host.', host.cpuPercent / 100),
    one('vsms_host_memory_bytes', 'Memory of the host.', host.memoryMb * MB),
    one('vsms_host_memory_free_bytes', 'Memory of the host that is free.', host.memoryFreeMb * MB),
    one('vsms_jobs_running', 'Jobs that run.', jobsRunning),
    one('vsms_event_streams', 'Readers of the event stream of REST.', eventStreams),
    one('vsms_consoles', 'Screens and serial ports that somebody has open over REST.', consoles),
    {
      name: 'vsms_vms',
      help: 'Virtual machines by state.',
      type: 'gauge',
      samples: Object.values(STATES).map((state) => ({
        labels: { state },
        value: vms.filter((vm) => vm.state === state).length,
      })),
    },
    {
      name: 'vsms_vm_info',
      help: 'A virtual machine.',
      type: 'gauge',
      samples: vms.map((vm) => ({
        labels: { ...labelsOf(vm), generation: String(vm.generation), state: vm.state, health: vm.health ?? '' },
        value: 1,
      })),
    },
    perVm(vms, 'vsms_vm_running', 'The machine is running.', (vm) => (isRunning(vm) ? 1 : 0)),
    perVm(vms, 'vsms_vm_processors', 'Virtual processors.', ({ processors }) => processors),
    perVm(vms, 'vsms_vm_cpu_ratio', 'Load of the virtual processors.', ({ cpuPercent }) => cpuPercent / 100),
    perVm(vms, 'vsms_vm_memory_bytes', 'Memory of the settings.', ({ memoryMb }) =>
      memoryMb === null ? null : memoryMb * MB,
    ),
    perVm(vms, 'vsms_vm_memory_usage_bytes', 'Memory that the machine has.', ({ memoryUsageMb }) => memoryUsageMb * MB),
    perVm(vms, 'vsms_vm_uptime_seconds', 'Time since the start.', ({ uptimeSeconds }) => uptimeSeconds),
    perVm(vms, 'vsms_vm_checkpoints', 'Checkpoints.', ({ checkpointCount }) => checkpointCount),
    perVm(vms, 'vsms_vm_heartbeat_ok', 'The guest answers; only of guests that are asked.', ({ heartbeat }) =>
      heartbeat === null ? null : heartbeat === 'ok' ? 1 : 0,
    ),
    ...traffic(
      observed,
      [
        'vsms_vm_disk_read_bytes_total',
        'vsms_vm_disk_written_bytes_total',
        'vsms_vm_network_received_bytes_total',
        'vsms_vm_network_sent_bytes_total',
      ],
      (label) =>
        (vm, { id }) => ({ ...labelsOf(vm), [label]: id }),
    ),
    ...portFamilies(observed),
  ];
};

/** Bytes of a page of memory, as Hyper-V counts them. */
const PAGE = 4096;

/**
 * Instances of counters as Windows calls them: by the names of the machines, and the second one of a name `web#1`. By id: a machine
 * that comes or goes takes no other one's place but those of its name.
 */
const instanceNames = (vms: readonly VmView[]): ReadonlyMap<string, string> => {
  const counts = new Map<string, number>();
  const names = new Map<string, string>();
  for (const { id, name } of vms.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    names.set(id, count === 0 ? name : `${name}#${count}`);
  }
  return names;
};

/**
 * Names of windows_exporter since 0.30 for what we can tell, so that its dashboards show something. Counters that we do not
 * have are not there: a zero would be a lie.
 */
export const windowsFamilies = (observed: Observed): readonly Family[] => {
  const { vms } = observed;
  const running = vms.filter(isRunning);
  const names = instanceNames(vms);
  const nameOf = ({ id, name }: VmView): string => names.get(id) ?? name;
  const bytes = ({ memoryUsageMb }: VmView): number => memoryUsageMb * MB;
  const each = (name: string, help: string, read: (vm: VmView) => number): Family => ({
    name,
    help,
    type: 'gauge',
    samples: running.map((vm) => ({ labels: { vm: nameOf(vm) }, value: read(vm) })),
  });
  const healthy = vms.filter(({ health }) => health === 'ok').length;
  return [
    {
      name: 'windows_hyperv_virtual_machine_health_total_count',
      help: 'Virtual machines by health.',
      type: 'gauge',
      samples: [
        { labels: { state: 'ok' }, value: healthy },
        { labels: { state: 'critical' }, value: vms.length - healthy },
      ],
    },
    each('windows_hyperv_dynamic_memory_vm_physical_bytes', 'Memory that the machine has.', bytes),
    each(
      'windows_hyperv_vid_physical_pages_allocated',
      'Pages of memory that the machine has.',
      (vm) => bytes(vm) / PAGE,
    ),
    ...traffic(
      observed,
      [
        'windows_hyperv_virtual_storage_device_bytes_read',
        'windows_hyperv_virtual_storage_device_bytes_written',
        'windows_hyperv_virtual_network_adapter_received_bytes_total',
        'windows_hyperv_virtual_network_adapter_sent_bytes_total',
      ],
      // One label, as there; ours has the machine in it, too, so that it is one of its own.
      (label) =>
        (vm, { id }) => ({ [label]: `${nameOf(vm)}_${id}` }),
    ),
  ];
};
