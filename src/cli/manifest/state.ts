import type { CimClient } from '../../client/cim-client.ts';
import { machineConfiguration } from '../../client/cim-machine-configuration.ts';
import type { MachineMemory } from '../../client/machine-details.ts';
import type { NetworkAdapter } from '../../client/network-adapter.ts';
import type { PlanDisk } from '../../client/plan-details.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import type { VirtualMachine } from '../../client/machine.ts';
import type { Manifest } from './schema.ts';
import { START_ACTIONS, STOP_ACTIONS } from '../vm/setting-words.ts';

/** A machine as it is, in the words of a manifest, with what changes it. */
export interface MachineNow {
  readonly machine: VirtualMachine;
  readonly manifest: Manifest;
  readonly disks: readonly PlanDisk[];
  readonly adapters: readonly NetworkAdapter[];
}

const STATES: Readonly<Record<number, Manifest['state']>> = { 2: 'running', 3: 'off', 6: 'saved', 9: 'paused' };

/** @throws NotFoundError AmbiguousNameError */
export const readMachine = async (client: CimClient, nameOrId: string): Promise<MachineNow> => {
  const machine = await new VirtualMachines(client).find(nameOrId);
  const { summary, secureBoot, adapters, ...held } = await machineConfiguration(client, machine.id);
  const disks = held.disks.filter(({ kind }) => kind !== 'floppy');
  const automaticStart = wordOf(START_ACTIONS, held.automaticStart);
  const automaticStop = wordOf(STOP_ACTIONS, held.automaticStop);
  const state = STATES[machine.state];
  const manifest = {
    name: machine.name,
    generation: summary.generation,
    processors: summary.processors,
    memory: memoryOf(held.memory),
    notes: held.notes,
    ...(secureBoot === null ? {} : { secureBoot }),
    ...(automaticStart === null ? {} : { automaticStart }),
    ...(automaticStop === null ? {} : { automaticStop }),
    serial: held.serial,
    disks: disks.map(({ file, kind }) => ({ file, kind: kind === 'cd' ? ('cd' as const) : ('disk' as const) })),
    networks: adapters.map(({ switchName, dynamicMac, mac, vlan }) => ({
      // One that is deleted is none: nobody can plug anything into it.
      switch: switchName,
      mac: dynamicMac ? 'dynamic' : mac,
      vlan,
    })),
    ...(state === undefined ? {} : { state }),
  } as Manifest;
  return { machine, manifest, disks, adapters };
};

const memoryOf = ({ startup, minimum, maximum }: MachineMemory): Manifest['memory'] =>
  minimum === null || maximum === null ? startup : { startup, minimum, maximum, dynamic: true };

const wordOf = (words: Readonly<Record<string, number>>, value: number): string | null =>
  Object.keys(words).find((word) => words[word] === value) ?? null;
