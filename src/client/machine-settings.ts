import type { WsmanClient } from './client.ts';
import { textOf } from './object.ts';
import { type SettingInput, settingsText } from './settings-text.ts';

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
}

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

/** Changes the settings of a machine; each of the calls is carried out whole or not at all. @throws MethodError */
export const changeMachine = async (client: WsmanClient, id: string, change: MachineChange): Promise<void> => {
  const memory = {
    ...given('DynamicMemoryEnabled', change.dynamicMemory),
    ...given('VirtualQuantity', change.memoryMb),
    ...given('Reservation', change.minimumMb),
    ...given('Limit', change.maximumMb),
  };
  const resources = [
    ...(await resource(client, id, 'Msvm_MemorySettingData', memory)),
    ...(await resource(client, id, 'Msvm_ProcessorSettingData', given('VirtualQuantity', change.processors))),
  ];
  if (resources.length > 0) await client.run(SERVICE, 'ModifyResourceSettings', { ResourceSettings: resources });
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
  await client.run(SERVICE, 'ModifySystemSettings', {
    SystemSettings: settingsText('Msvm_VirtualSystemSettingData', { InstanceID: `Microsoft:${id}`, ...system }),
  });
};

const given = (name: string, value: SettingInput | undefined): Readonly<Record<string, SettingInput>> =>
  value === undefined ? {} : { [name]: value };

const resource = async (
  client: WsmanClient,
  id: string,
  className: string,
  values: Readonly<Record<string, SettingInput>>,
): Promise<readonly string[]> => {
  if (Object.keys(values).length === 0) return [];
  const found = await client.first(`SELECT * FROM ${className} WHERE InstanceID LIKE 'Microsoft:${id}%'`);
  return [settingsText(className, { InstanceID: textOf(found?.properties['InstanceID']) ?? '', ...values })];
};
