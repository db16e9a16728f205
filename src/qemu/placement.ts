import { totalmem } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '../core/errors.ts';
import type { MachineSpec } from '../core/machine-spec.ts';
import { ADAPTER_SLOTS, SCSI_CONTROLLERS } from './command-line/addresses.ts';
import { peerFor } from './attach.ts';
import type { MachineSockets } from './command-line/layout.ts';
import { serialSocket } from './machine/serial.ts';
import { damaged, type SavedStateHeader } from './saved-state/format.ts';

/** What a saved state fixes and a fresh start chooses. */
export type Placement = Pick<
  SavedStateHeader,
  'memoryMb' | 'adapterSlots' | 'controllers' | 'peers' | 'generationId'
> & {
  readonly machineType: string | null;
};

/** Of `pc` and `q35` (spec qemu §2). */
const PROCESSORS = { 1: 255, 2: 288 } as const;

export function freshPlacement(spec: MachineSpec): Placement {
  const most = ADAPTER_SLOTS[spec.generation];
  if (spec.adapters.length > most) {
    throw new DomainError(
      'invalidParameter',
      `A generation ${spec.generation} machine has places for ${most} network adapters. Remove some.`,
    );
  }
  if (spec.processors > PROCESSORS[spec.generation]) {
    throw new DomainError(
      'invalidParameter',
      `A generation ${spec.generation} machine has at most ${PROCESSORS[spec.generation]} processors here.`,
    );
  }
  const used = spec.disks.filter(({ bus }) => bus === 'scsi').map(({ controller }) => controller);
  if (used.some((controller) => controller >= SCSI_CONTROLLERS)) {
    throw new DomainError('invalidParameter', `A machine has at most ${SCSI_CONTROLLERS} SCSI controllers.`);
  }
  return {
    machineType: null,
    generationId: true,
    memoryMb: memorySize(spec.memory),
    adapterSlots: Object.fromEntries(spec.adapters.map(({ id }, slot) => [id, slot])),
    peers: Object.fromEntries(spec.adapters.map((adapter) => [adapter.id, peerFor(adapter)])),
    // Every generation 2 machine starts with one; drives can be plugged into it at any time.
    controllers: [...new Set([...(spec.generation === 2 ? [0] : []), ...used])].toSorted((a, b) => a - b),
  };
}

/** The saved devices must be the machine's: the stream fits no others. */
export function savedPlacement(spec: MachineSpec, header: SavedStateHeader): Placement {
  const adapters = spec.adapters.map(({ id }) => id).toSorted();
  const same =
    header.processors === spec.processors &&
    adapters.join('\n') === Object.keys(header.adapterSlots).toSorted().join('\n');
  if (!same) {
    throw new DomainError(
      'invalidState',
      'The configuration of the machine changed since its state was saved. Restore the configuration, or discard the saved state.',
    );
  }
  const most = ADAPTER_SLOTS[spec.generation];
  if (Object.values(header.adapterSlots).some((slot) => slot >= most)) throw damaged();
  const hostMb = hostMemoryMb();
  if (header.memoryMb > hostMb) {
    throw new DomainError(
      'outOfMemory',
      `The saved state needs ${header.memoryMb} MB and the host has ${hostMb} MB. Discard it and start the machine afresh.`,
      { hresult: '0x8007000E' },
    );
  }
  return header;
}

const hostMemoryMb = (): number => Math.floor(totalmem() / 1024 / 1024);

/**
 * With dynamic memory the machine is built larger than it starts, and the balloon takes the difference until it is asked
 * back. Not larger than the host, nor than four times the start: a guest's own tables grow with what it might have, and
 * one that starts with 512 MB cannot carry those for a terabyte (the default maximum of Hyper-V).
 */
function memorySize(memory: MachineSpec['memory']): number {
  if (memory.dynamic === null) return memory.mb;
  return Math.max(memory.mb, Math.min(memory.dynamic.maximumMb, memory.mb * 4, hostMemoryMb()));
}

export function machineSockets(spec: MachineSpec, directory: string): MachineSockets {
  return {
    monitors: [join(directory, 'qmp.sock'), join(directory, 'qmp-tools.sock')],
    agent: join(directory, 'agent.sock'),
    vnc: join(directory, 'vnc.sock'),
    serial: spec.serialPorts.map(({ socket }, index) => (socket === null ? null : serialSocket(directory, index))),
    tpm: spec.tpm === null ? null : join(directory, 'tpm.sock'),
  };
}
