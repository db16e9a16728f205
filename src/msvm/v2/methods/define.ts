import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SettingValue, SettingValues } from '../../../core/model.ts';
import type { DefineInput } from '../../../core/requests.ts';
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
    const resources = services.texts.readAll('ResourceSettings', args.texts('ResourceSettings'), 'CIM_SettingData');
    const system = await services.operations.define(request, {
      kind,
      values: systemValues(settings),
      resources: resourceInputs(services.references, resources),
      reference: referenceOf(services, args.reference('ReferenceConfiguration')),
    });
    return done({ ResultingSystem: services.references.systemPath(system) }, [
      { element: { kind: kind === 'planned' ? 'plan' : 'system', id: system.id }, effect: 5 },
    ]);
  },
});

type Path = Parameters<typeof requireConfiguration>[2];

const referenceOf = (services: MethodServices, path: Path | null): string | null => {
  if (path === null) return null;
  // A template is the source of the defaults anyway (management-service, DefineSystem, "ReferenceConfiguration").
  const id = path.key('InstanceID');
  if (typeof id === 'string' && /^Microsoft:Definition\\/i.test(id)) {
    if (services.projection.has(path.className)) return null;
    throw new DomainError(
      'invalidParameter',
      `ReferenceConfiguration names the class ${path.className}, which does not exist.`,
    );
  }
  return requireConfiguration(services.references, 'ReferenceConfiguration', path).configuration.id;
};
