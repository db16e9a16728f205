import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimValue, CimValues } from '../../cim/values.ts';
import { instanceIdOf, partOf } from '../configurations/part-id.ts';
import type { Management } from '../management/management.ts';
import { configurationPath, MANAGEMENT_SERVICE, settingPath } from '../management/names.ts';
import { paths } from '../management/values.ts';

export const RESOURCE = 'Msvm_ResourceAllocationSettingData';
export const IMAGE = 'Msvm_StorageAllocationSettingData';
export const SYNTHETIC_NIC = 'Msvm_SyntheticEthernetPortSettingData';
export const EMULATED_NIC = 'Msvm_EmulatedEthernetPortSettingData';
export const CONNECTION = 'Msvm_EthernetPortAllocationSettingData';
export const SERIAL = 'Msvm_SerialPortSettingData';
export const VLAN = 'Msvm_EthernetSwitchPortVlanSettingData';
export const BANDWIDTH = 'Msvm_EthernetSwitchPortBandwidthSettingData';
export const SECURITY = 'Msvm_EthernetSwitchPortSecuritySettingData';

/** A setting that a call makes: `id` is its name within the call, `parent` another one of the call or a part that is there. */
export interface NewResource {
  readonly className: string;
  readonly id?: string;
  readonly parent?: { readonly made: string } | { readonly className: string; readonly part: string };
  readonly values: Readonly<Record<string, CimValue>>;
}

/** InstanceID of what is not there yet; other elements of the call refer to it (management-service §2). */
const temporary = (id: string): string => `Microsoft:Definition\\vsms\\${id}`;

/** Texts of settings for a call that makes them; `configuration` null: with the machine itself. */
export const resourceTexts = (
  management: Management,
  configuration: string | null,
  resources: readonly NewResource[],
): readonly string[] =>
  resources.map(({ className, id, parent, values }) =>
    management.setting(className, {
      ...values,
      ...(id === undefined ? {} : { InstanceID: temporary(id) }),
      ...(parent === undefined
        ? {}
        : {
            Parent:
              'made' in parent
                ? temporary(parent.made)
                : management.reference(settingPath(parent.className, instanceIdOf(configuration ?? '', parent.part))),
          }),
    }),
  );

/** All or none; the parts that were made, in order. */
export const addResources = async (
  management: Management,
  configuration: string,
  resources: readonly NewResource[],
): Promise<readonly string[]> => {
  const out = await management.run(MANAGEMENT_SERVICE, 'AddResourceSettings', {
    AffectedConfiguration: configurationPath(configuration),
    ResourceSettings: resourceTexts(management, configuration, resources),
  });
  return madeParts(out);
};

const madeParts = (out: CimValues): readonly string[] =>
  paths(out['ResultingResourceSettings']).map((path) => partOf(String(path.key('InstanceID'))));

export interface ResourceChange {
  readonly className: string;
  readonly part: string;
  readonly values: Readonly<Record<string, CimValue>>;
}

/** All or none; the parts as they are called then, in order: that of a drive tells its place. */
export const changeResources = async (
  management: Management,
  configuration: string,
  changes: readonly ResourceChange[],
): Promise<readonly string[]> => {
  if (changes.length === 0) return [];
  const out = await management.run(MANAGEMENT_SERVICE, 'ModifyResourceSettings', {
    ResourceSettings: changes.map(({ className, part, values }) =>
      management.setting(className, { InstanceID: instanceIdOf(configuration, part), ...values }),
    ),
  });
  return madeParts(out);
};

export const resourcePath = (configuration: string, className: string, part: string): ObjectPath =>
  settingPath(className, instanceIdOf(configuration, part));

export const removeResources = async (management: Management, resources: readonly ObjectPath[]): Promise<void> => {
  if (resources.length === 0) return;
  await management.run(MANAGEMENT_SERVICE, 'RemoveResourceSettings', { ResourceSettings: resources });
};
