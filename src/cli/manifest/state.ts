import type { CimClient } from '../../client/cim-client.ts';
import { Drives } from '../../client/drives.ts';
import type { NetworkAdapter } from '../../client/network-adapter.ts';
import { NetworkAdapters } from '../../client/network-adapters.ts';
import { partOf } from '../../client/machine-parts.ts';
import { listOf, numberOf, textOf } from '../../client/object.ts';
import type { PlanDisk } from '../../client/plan-details.ts';
import { VirtualSwitches } from '../../client/switches.ts';
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
  const system = (
    await client.get({
      className: 'Msvm_VirtualSystemSettingData',
      selectors: { InstanceID: `Microsoft:${machine.id}` },
    })
  ).properties;
  const memory = (await partOf(client, 'Msvm_MemorySettingData', machine.id))?.properties;
  const processor = (await partOf(client, 'Msvm_ProcessorSettingData', machine.id))?.properties;
  const serial = (await partOf(client, 'Msvm_SerialPortSettingData', machine.id))?.properties;
  const disks = (await new Drives(client).list(machine.id)).filter(({ kind }) => kind !== 'floppy');
  const adapters = await new NetworkAdapters(client).list(machine.id);
  const switches = new Map((await new VirtualSwitches(client).list()).map(({ id, name }) => [id, name]));
  const generation = textOf(system['VirtualSystemSubType'])?.endsWith(':2') === true ? 2 : 1;
  const startup = numberOf(memory?.['VirtualQuantity']);
  const automaticStart = wordOf(START_ACTIONS, numberOf(system['AutomaticStartupAction']));
  const automaticStop = wordOf(STOP_ACTIONS, numberOf(system['AutomaticShutdownAction']));
  const state = STATES[machine.state];
  const manifest = {
    name: machine.name,
    generation,
    processors: numberOf(processor?.['VirtualQuantity']),
    memory:
      textOf(memory?.['DynamicMemoryEnabled']) === 'true'
        ? { startup, minimum: numberOf(memory?.['Reservation']), maximum: numberOf(memory?.['Limit']), dynamic: true }
        : startup,
    notes: listOf(system['Notes'])
      .filter((note) => typeof note === 'string')
      .join('\n'),
    ...(generation === 2 ? { secureBoot: textOf(system['SecureBootEnabled']) === 'true' } : {}),
    ...(automaticStart === null ? {} : { automaticStart }),
    ...(automaticStop === null ? {} : { automaticStop }),
    serial: textOf(listOf(serial?.['Connection'])[0]) || null,
    disks: disks.map(({ file, kind }) => ({ file, kind: kind === 'cd' ? ('cd' as const) : ('disk' as const) })),
    networks: adapters.map((adapter) => ({
      // One that is deleted is none: nobody can plug anything into it.
      switch: switches.get(adapter.switch ?? '') ?? null,
      mac: adapter.dynamicMac ? 'dynamic' : adapter.mac,
      vlan: adapter.vlan,
    })),
    ...(state === undefined ? {} : { state }),
  } as Manifest;
  return { machine, manifest, disks, adapters };
};

const wordOf = (words: Readonly<Record<string, number>>, value: number): string | null =>
  Object.keys(words).find((word) => words[word] === value) ?? null;
