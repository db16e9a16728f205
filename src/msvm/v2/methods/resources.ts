import type { CimValue } from '../../../cim/values.ts';
import { DomainError } from '../../../core/errors.ts';
import type { AffectedElement } from '../../../core/jobs/job.ts';
import type { SettingRef } from '../../../core/requests.ts';
import { done, type MethodCall, type MethodRow } from './method.ts';
import { resourceInputs, targetOf } from './resource-input.ts';
import type { References, SettingTarget } from './references.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration, requireSetting } from './targets.ts';

/** JobType (jobs-and-errors §4). */
const ADD_JOB = 30;
const MODIFY_JOB = 31;
const REMOVE_JOB = 32;

/** Effect 5: created (jobs-and-errors §5). */
const CREATED = 5;

export const affectedSettings = (refs: readonly SettingRef[], effect: number): readonly AffectedElement[] =>
  refs.map((ref) => ({ element: { kind: 'setting', configuration: ref.configuration, part: ref.part }, effect }));

/** Paths of settings in the order of the call. */
export const settingPaths = (references: References, refs: readonly SettingRef[]): CimValue =>
  refs.map((ref) => {
    const path = references.settingPath(ref);
    if (path === undefined) throw new Error(`the setting ${ref.configuration}\\${ref.part} is gone after it was made`);
    return path;
  });

/** AddResourceSettings (management-service §2): all or none. */
export const addResourcesMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: ADD_JOB,
  out: ['ResultingResourceSettings'],
  run: async ({ request, args }) => {
    const path = args.requiredReference('AffectedConfiguration');
    const texts = args.requiredTexts('ResourceSettings');
    const place = requireConfiguration(services.references, 'AffectedConfiguration', path);
    const inputs = resourceInputs(
      services.references,
      services.texts.readAll('ResourceSettings', texts, 'CIM_SettingData'),
    );
    const made = await services.operations.addResources(request, place.configuration.id, inputs);
    return done(
      { ResultingResourceSettings: settingPaths(services.references, made) },
      affectedSettings(made, CREATED),
    );
  },
});

/** The shared core of ModifyResourceSettings, ModifyFeatureSettings and ModifyGuestServiceSettings. */
export const modifySettingsMethod = (
  services: MethodServices,
  parameter: string,
  result: string,
  baseClass: string,
  accepts: (className: string) => string | null,
): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: [result],
  run: async ({ request, args }) => {
    const instances = services.texts.readAll(parameter, args.requiredTexts(parameter), baseClass);
    const targets = instances.map((instance, index) => targetOf(services.references, instance, index));
    for (const target of targets) {
      const refusal = accepts(services.references.settingPath(target)?.className ?? '');
      if (refusal !== null) throw new DomainError('notSupported', refusal);
    }
    const changes = resourceInputs(services.references, instances).flatMap((input, index) => {
      const target = targets[index];
      return target === undefined ? [] : [{ ...input, target }];
    });
    const changed = await services.operations.modifyResources(request, changes);
    return done({ [result]: settingPaths(services.references, changed) }, affectedSettings(changed, 0));
  },
});

export const modifyResourcesMethod = (services: MethodServices): MethodRow =>
  modifySettingsMethod(services, 'ResourceSettings', 'ResultingResourceSettings', 'CIM_SettingData', () => null);

/**
 * RemoveResourceSettings and RemoveFeatureSettings: references of one or more configurations. `check` refuses targets that
 * do not fit the call.
 */
export const removeSettingsMethod = (
  services: MethodServices,
  parameter: string,
  check: (call: MethodCall, targets: readonly SettingTarget[]) => void = () => undefined,
): MethodRow => ({
  right: 'administer',
  jobType: REMOVE_JOB,
  out: [],
  run: async (call) => {
    const { request, args } = call;
    const targets = args
      .requiredReferences(parameter)
      .map((path, index) => requireSetting(services.references, `${parameter}[${index}]`, path));
    check(call, targets);
    await services.operations.removeResources(
      request,
      targets.map((target) => target.ref),
    );
    const configurations = new Set(targets.map((target) => target.place.configuration.id));
    return done(
      {},
      [...configurations].map((id): AffectedElement => ({ element: { kind: 'configuration', id }, effect: 0 })),
    );
  },
});
