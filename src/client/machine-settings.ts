import type { CimClient } from './cim-client.ts';
import { partOf } from './machine-parts.ts';
import { textOf, type WireObject } from './object.ts';
import type { Exact, ObjectOf, Settings } from './schema.ts';
import { asHeld, instanceText, type InstanceValues, settingsText } from './settings-text.ts';
import { orElse } from './undo.ts';

/** What may be changed of a machine; what is missing stays as it is. */
export interface MachineChange {
  readonly name?: string;
  readonly notes?: string;
  /** MB. */
  readonly memoryMb?: number;
  /** MB; both make memory dynamic. */
  readonly minimumMb?: number;
  readonly maximumMb?: number;
  readonly dynamicMemory?: boolean;
  readonly processors?: number;
  /** AutomaticStartupAction, AutomaticShutdownAction, as CIM numbers them. */
  readonly automaticStart?: number;
  readonly automaticStop?: number;
  /** UserSnapshotType, as CIM numbers it; whether one is taken at each start. */
  readonly checkpoints?: number;
  readonly automaticCheckpoints?: boolean;
  readonly secureBoot?: boolean;
  /** What COM1 is connected to, a named pipe or the path of a socket; empty: nothing. */
  readonly serial?: string;
}

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' } as const;

/** Changes the settings of a machine, whole or not at all: what was changed before a refusal is taken back. @throws MethodError */
export const changeMachine = async (client: CimClient, id: string, change: MachineChange): Promise<void> => {
  const memory = {
    ...given('DynamicMemoryEnabled', change.dynamicMemory),
    ...given('VirtualQuantity', change.memoryMb),
    ...given('Reservation', change.minimumMb),
    ...given('Limit', change.maximumMb),
  };
  const resources = [
    ...(await resource(client, id, 'Msvm_MemorySettingData', memory)),
    ...(await resource(client, id, 'Msvm_ProcessorSettingData', given('VirtualQuantity', change.processors))),
    ...(await resource(
      client,
      id,
      'Msvm_SerialPortSettingData',
      given('Connection', change.serial === undefined ? undefined : [change.serial]),
    )),
  ];
  const modify = async (texts: readonly string[]): Promise<void> => {
    if (texts.length > 0) await client.run(SERVICE, 'ModifyResourceSettings', { ResourceSettings: texts });
  };
  await modify(resources.map(({ wanted }) => wanted));
  const system = {
    ...given('ElementName', change.name),
    ...given('Notes', change.notes === undefined ? undefined : [change.notes]),
    ...given('AutomaticStartupAction', change.automaticStart),
    ...given('AutomaticShutdownAction', change.automaticStop),
    ...given('UserSnapshotType', change.checkpoints),
    ...given('AutomaticSnapshotsEnabled', change.automaticCheckpoints),
    ...given('SecureBootEnabled', change.secureBoot),
  };
  if (Object.keys(system).length === 0) return;
  await orElse(
    () => modify(resources.map(({ before }) => before)),
    () =>
      client.run(SERVICE, 'ModifySystemSettings', {
        SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}`, ...system }),
      }),
  );
};

const given = <K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [P in K]?: V };

type ResourceClass = 'Msvm_MemorySettingData' | 'Msvm_ProcessorSettingData' | 'Msvm_SerialPortSettingData';

const resource = async <C extends ResourceClass, V extends Settings<C>>(
  client: CimClient,
  id: string,
  className: C,
  values: Exact<Settings<C>, V>,
): Promise<readonly { readonly wanted: string; readonly before: string }[]> => {
  if (Object.keys(values).length === 0) return [];
  const found: ObjectOf<ResourceClass> | null = await partOf(client, className, id);
  const held: WireObject['properties'] = found?.properties ?? {};
  const InstanceID = textOf(found?.properties['InstanceID']) ?? '';
  return [
    {
      wanted: instanceText(className, { InstanceID, ...(values as InstanceValues) }),
      before: instanceText(className, { InstanceID, ...asHeld(values, held) }),
    },
  ];
};
