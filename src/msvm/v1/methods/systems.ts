import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { SettingValues, VirtualSystem } from '../../../core/model.ts';
import type { Projection } from '../../projection.ts';
import { done, type MethodRow } from '../../v2/methods/method.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import { requireConfiguration, requireSystem } from '../../v2/methods/targets.ts';
import { settingInstanceId } from '../../v2/settings/instance-id.ts';
import { systemSettingPath } from '../../v2/settings/system-setting.ts';
import { GLOBAL_SETTING } from '../system-setting.ts';
import type { NetworkInputs } from './network-inputs.ts';
import { isGlobal, v1SystemValues } from './system-values.ts';

/** JobType (jobs-and-errors §4). */
const DEFINE_JOB = 1;
const MODIFY_JOB = 2;

const SYSTEM_BASE = 'CIM_VirtualSystemSettingData';

/** DefineVirtualSystem (management-service §3): global settings say name, folders and automatic actions. */
export const defineVirtualSystemMethod = (services: MethodServices, inputs: NetworkInputs): MethodRow => ({
  right: 'administer',
  jobType: DEFINE_JOB,
  out: ['DefinedSystem'],
  run: async ({ request, args }) => {
    const text = args.requiredText('SystemSettingData');
    const settings = services.texts.read('SystemSettingData', text, SYSTEM_BASE);
    const texts = args.texts('ResourceSettingData');
    const resources = services.texts.readAll('ResourceSettingData', texts, 'CIM_ResourceAllocationSettingData');
    const source = args.reference('SourceSetting');
    const reference = source === null ? null : requireConfiguration(services.references, 'SourceSetting', source);
    const system = await inputs.plugging(request, resources, async ({ inputs: all }) =>
      services.operations.define(request, {
        kind: 'realized',
        values: v1SystemValues(services.projection, settings),
        resources: all,
        reference: reference?.configuration.id ?? null,
      }),
    );
    return done({ DefinedSystem: services.references.systemPath(system) }, [
      { element: { kind: 'system', id: system.id }, effect: 5 },
    ]);
  },
});

/** ModifyVirtualSystem: the class of the text says which of the two settings objects is meant. `home`: root\virtualization. */
export const modifyVirtualSystemMethod = (services: MethodServices, home: Projection): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: ['ModifiedSettingData'],
  run: async ({ request, args }) => {
    const path = args.requiredReference('ComputerSystem');
    const text = args.requiredText('SystemSettingData');
    const system = requireSystem(services.references, 'ComputerSystem', path);
    const settings = services.texts.read('SystemSettingData', text, SYSTEM_BASE);
    const place = placeOf(services, system, settings);
    const values = changedValues(v1SystemValues(services.projection, settings), settings, place);
    const configuration = place.configuration.id;
    await services.operations.modify(request, configuration, { values });
    const modified = isGlobal(settings)
      ? home.path(GLOBAL_SETTING, { InstanceID: settingInstanceId(system.id, 'Global') })
      : systemSettingPath(home, configuration);
    return done({ ModifiedSettingData: modified }, [
      { element: { kind: 'configuration', id: configuration }, effect: 0 },
    ]);
  },
});

/** The settings that the InstanceID of the text names; without one, those of the machine. */
const placeOf = (services: MethodServices, system: VirtualSystem, settings: CimInstance): ConfigurationPlace => {
  const id = settings.get('InstanceID');
  if (id === null) return { system, configuration: system.active, snapshot: null };
  const place = typeof id === 'string' ? services.references.configurationOfId(id) : undefined;
  // A checkpoint has no global settings of its own.
  if (place?.system.id === system.id && (place.snapshot === null || !isGlobal(settings))) return place;
  throw new DomainError(
    'invalidParameter',
    'The InstanceID in SystemSettingData names no settings of ComputerSystem. Read the settings of that machine and send their InstanceID.',
  );
};

/** A machine is renamed by its global settings; its VSSD says the name again (object-model §12). */
const changedValues = (
  values: SettingValues,
  settings: CimInstance,
  { snapshot }: ConfigurationPlace,
): SettingValues => {
  if (isGlobal(settings) || snapshot !== null) return values;
  const { ElementName: _name, ...others } = values;
  return others;
};
