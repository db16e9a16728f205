import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Guid, SettingValue, SettingValues } from '../../../core/model.ts';
import type { DefineInput } from '../../../core/requests.ts';
import { DefinitionSet } from '../settings/definitions.ts';
import { SYSTEM_SETTING } from '../settings/system-setting.ts';
import { done, type MethodRow } from './method.ts';
import { resourceInputs } from './resource-input.ts';
import type { MethodServices } from './services.ts';
import { settingValue } from './setting-values.ts';
import { requireConfiguration } from './targets.ts';

/** JobType (jobs-and-errors §4). */
const DEFINE_JOB = 1;

/** Ids of a template or of another system mean nothing for a new one (management-service, DefineSystem, "Ignored"). */
const IGNORED: ReadonlySet<string> = new Set(['InstanceID', 'BootSourceOrder']);

export const systemValues = (instance: CimInstance): SettingValues => {
  const values: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(instance.values)) {
    if (value !== null && !IGNORED.has(name) && !name.startsWith('__')) values[name] = settingValue(name, value);
  }
  return values;
};

/** Settings of a system too, as CIM sees it, and of no machine. */
const SWITCH_SETTINGS = 'Msvm_VirtualEthernetSwitchSettingData';

/** DefineSystem and DefinePlannedSystem (management-service §2). */
export const defineMethod = (services: MethodServices, kind: DefineInput['kind']): MethodRow => ({
  right: 'administer',
  jobType: DEFINE_JOB,
  out: ['ResultingSystem'],
  run: async ({ request, args }) => {
    const settings = services.texts.read(
      'SystemSettings',
      args.requiredText('SystemSettings'),
      'CIM_VirtualSystemSettingData',
    );
    if (settings.class.isA(SWITCH_SETTINGS))
      throw new DomainError(
        'invalidParameter',
        'SystemSettings holds those of a virtual switch. Call DefineSystem of Msvm_VirtualEthernetSwitchManagementService.',
      );
    const resources = services.texts.readAll('ResourceSettings', args.texts('ResourceSettings'), 'CIM_SettingData');
    const reference = referenceOf(services, args.reference('ReferenceConfiguration'));
    const system = await services.operations.define(request, {
      kind,
      values: { ...reference.values, ...systemValues(settings) },
      resources: resourceInputs(services.references, resources),
      reference: reference.configuration,
    });
    return done({ ResultingSystem: services.references.systemPath(system) }, [
      { element: { kind: kind === 'planned' ? 'plan' : 'system', id: system.id }, effect: 5 },
    ]);
  },
});

/** What a definition says of itself, not of machines that are made from it. */
const OF_DEFINITION: ReadonlySet<string> = new Set(['ElementName', 'Caption', 'Description']);

interface Reference {
  /** Configuration that gives values and devices; null when there is none. */
  readonly configuration: Guid | null;
  /** Values of a definition, which has no devices. */
  readonly values: SettingValues;
}

/** A VSSD of a system, plan or snapshot, or a definition (object-model §4). @throws DomainError invalidParameter */
const referenceOf = (services: MethodServices, path: ObjectPath | null): Reference => {
  if (path === null) return { configuration: null, values: {} };
  const definition = isSystemSetting(services, path) ? new DefinitionSet(services.projection).find(path) : undefined;
  if (definition === undefined) {
    const place = requireConfiguration(services.references, 'ReferenceConfiguration', path);
    return { configuration: place.configuration.id, values: {} };
  }
  const values = Object.entries(definition.values).filter(([name]) => !OF_DEFINITION.has(name));
  return { configuration: null, values: Object.fromEntries(values) as SettingValues };
};

const isSystemSetting = (services: MethodServices, path: ObjectPath): boolean =>
  services.projection.class(SYSTEM_SETTING).isA(path.className);
