import type { CimClient } from './cim-client.ts';
import type { MachineDetails } from './machine-details.ts';
import { partOf } from './machine-parts.ts';
import type { NetworkAdapter } from './network-adapter.ts';
import { NetworkAdapters } from './network-adapters.ts';
import { listOf, numberOf, textOf } from './object.ts';
import { disksOf, type PlanDisk } from './plan-details.ts';
import { type MachineSummary, machineSummary } from './summaries.ts';
import { VirtualSwitches } from './switches.ts';

/** What is set of a machine: what tells and what changes it begin with the same. */
export interface MachineConfiguration extends Pick<MachineDetails, 'secureBoot' | 'memory' | 'serial'> {
  /** Generation and processors are told there, and what it does now. */
  readonly summary: MachineSummary;
  /** All lines: CIM has a list of texts, and a summary tells the first. */
  readonly notes: string;
  /** AutomaticStartupAction, AutomaticShutdownAction, as CIM numbers them. */
  readonly automaticStart: number;
  readonly automaticStop: number;
  readonly disks: readonly PlanDisk[];
  /** As they are numbered. */
  readonly adapters: readonly SwitchedAdapter[];
}

export interface SwitchedAdapter extends NetworkAdapter {
  /** Name of the switch that it is plugged into; null: none, or one that is deleted. */
  readonly switchName: string | null;
}

/** In calls of Hyper-V's API. @throws NotFoundError MethodError */
export const machineConfiguration = async (client: CimClient, id: string): Promise<MachineConfiguration> => {
  const summary = await machineSummary(client, id);
  const { properties: system } = await client.get({
    className: 'Msvm_VirtualSystemSettingData',
    selectors: { InstanceID: `Microsoft:${id}` },
  });
  const memory = (await partOf(client, 'Msvm_MemorySettingData', id))?.properties;
  const serial = (await partOf(client, 'Msvm_SerialPortSettingData', id))?.properties;
  const dynamic = textOf(memory?.['DynamicMemoryEnabled']) === 'true';
  return {
    summary,
    notes: listOf(system['Notes'])
      .filter((note) => typeof note === 'string')
      .join('\n'),
    secureBoot: summary.generation === 2 ? textOf(system['SecureBootEnabled']) === 'true' : null,
    memory: {
      startup: numberOf(memory?.['VirtualQuantity']),
      dynamic,
      minimum: dynamic ? numberOf(memory?.['Reservation']) : null,
      maximum: dynamic ? numberOf(memory?.['Limit']) : null,
    },
    serial: textOf(listOf(serial?.['Connection'])[0]) || null,
    automaticStart: numberOf(system['AutomaticStartupAction']),
    automaticStop: numberOf(system['AutomaticShutdownAction']),
    disks: await disksOf(client, id),
    adapters: await adaptersOf(client, id),
  };
};

const adaptersOf = async (client: CimClient, id: string): Promise<readonly SwitchedAdapter[]> => {
  const held = await new NetworkAdapters(client).list(id);
  if (held.length === 0) return [];
  const names = new Map((await new VirtualSwitches(client).list()).map((each) => [each.id, each.name]));
  return held.map((adapter) => ({ ...adapter, switchName: names.get(adapter.switch ?? '') ?? null }));
};
