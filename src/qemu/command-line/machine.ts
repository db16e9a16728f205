import type { MachineLayout } from './layout.ts';
import { json, keyed, type Arguments } from './options.ts';

/** Machine, accelerator, processors, memory, clock. */
export function machineArguments(layout: MachineLayout): Arguments {
  const { spec, firmware } = layout;
  const type = layout.machineType ?? (spec.generation === 1 ? 'pc' : 'q35');
  return [
    ...keyed('-machine', null, {
      type,
      usb: false,
      vmport: false,
      'dump-guest-core': false,
      // SMM costs time on every access to a variable; only Secure Boot needs it.
      smm: firmware?.secure ?? false,
      pflash0: firmware === null ? null : 'firmware-code',
      pflash1: firmware === null ? null : 'firmware-variables',
      'memory-backend': layout.memoryFile === undefined ? null : RAM,
    }),
    ...acceleratorArguments(layout),
    ...keyed('-cpu', layout.accelerator === 'kvm' ? 'host' : 'max', enlightenments(layout)),
    // One socket: editions of Windows count sockets, and Hyper-V shows one too.
    ...keyed('-smp', null, { cpus: spec.processors, sockets: 1, cores: spec.processors, threads: 1 }),
    ...memoryArguments(layout),
    ...keyed('-rtc', null, { base: spec.localTimeClock ? 'localtime' : 'utc' }),
    ...keyed('-action', null, { reboot: spec.offOnReboot ? 'shutdown' : 'reset', panic: 'none' }),
    ...(spec.generation === 1 ? json('-device', { driver: 'pvpanic' }) : []),
  ];
}

/** Name of the memory in a migration stream of both machine types, whatever is behind it. */
const RAM = 'pc.ram';

function memoryArguments({ memoryMb, memoryFile }: MachineLayout): Arguments {
  const size = keyed('-m', null, { size: `${memoryMb}M` });
  if (memoryFile === undefined) return size;
  const { file, shared } = memoryFile;
  return [
    ...size,
    ...json('-object', {
      'qom-type': 'memory-backend-file',
      id: RAM,
      'mem-path': file,
      size: memoryMb * 1024 * 1024,
      share: shared,
      'x-use-canonical-path-for-ramblock-id': false,
    }),
  ];
}

function acceleratorArguments(layout: MachineLayout): Arguments {
  if (layout.accelerator === 'kvm') return keyed('-accel', 'kvm', {});
  // The translation cache would grow to 1 GiB a guest.
  return keyed('-accel', 'tcg', { 'tb-size': 256 });
}

/** Hyper-V enlightenments of QEMU, as they are offered and as the probe tries them. */
export const ENLIGHTENMENTS = {
  'hv-relaxed': true,
  'hv-vapic': true,
  'hv-spinlocks': '0x1fff',
  'hv-vpindex': true,
  'hv-runtime': true,
  'hv-time': true,
  'hv-synic': true,
  'hv-stimer': true,
  'hv-frequencies': true,
  'hv-reset': true,
} as const;

/** Windows guests only (they run the clock in local time): with them, Windows sees the hypervisor it expects (K27). */
function enlightenments(layout: MachineLayout): Readonly<Record<string, boolean | string>> {
  const wanted = layout.accelerator === 'kvm' && layout.enlightenments && layout.spec.localTimeClock;
  return wanted ? ENLIGHTENMENTS : {};
}
