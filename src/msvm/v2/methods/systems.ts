import type { CimInstance } from '../../../cim/instance.ts';
import { tryParsePath } from '../../../cim/path/parse-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { AffectedElement } from '../../../core/jobs/job.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import type { SettingRef } from '../../../core/requests.ts';
import { systemValues } from './define.ts';
import { done, type MethodRow } from './method.ts';
import type { References } from './references.ts';
import type { MethodServices } from './services.ts';
import { requireSystem } from './targets.ts';

/** JobType (jobs-and-errors §4). */
const MODIFY_JOB = 2;
const DESTROY_JOB = 3;

/** The object of jobs about a system. */
export const affectedSystem = (system: VirtualSystem, effect: number): AffectedElement => ({
  element: { kind: system.kind === 'planned' ? 'plan' : 'system', id: system.id },
  effect,
});

/** DestroySystem (lifecycle §9): a job for systems; a plan goes at once. */
export const destroyMethod = (services: MethodServices, parameter = 'AffectedSystem'): MethodRow => ({
  right: 'administer',
  jobType: DESTROY_JOB,
  out: [],
  run: async ({ request, args }) => {
    const system = requireSystem(services.references, parameter, args.requiredReference(parameter));
    const job = await services.operations.destroy(request, system.id);
    // A plan has nothing that takes long: the answer is 0 (management-service §1, row 2).
    if (system.kind === 'planned' && (await services.jobs.ended(job.id))?.state === 7)
      return done({}, [affectedSystem(system, 0)]);
    return { kind: 'job', job };
  },
});

/** ModifySystemSettings (management-service §2): the InstanceID inside the text chooses the target. */
export const modifySystemMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: [],
  run: async ({ request, args }) => {
    const settings = services.texts.read(
      'SystemSettings',
      args.requiredText('SystemSettings'),
      'CIM_VirtualSystemSettingData',
    );
    const place = configurationOf(services.references, settings);
    const bootSources = bootOrder(services.references, settings);
    await services.operations.modify(request, place.configuration.id, {
      values: systemValues(settings),
      ...(bootSources === undefined ? {} : { bootSources }),
    });
    return done({}, [{ element: { kind: 'configuration', id: place.configuration.id }, effect: 0 }]);
  },
});

const configurationOf = (references: References, settings: CimInstance): ConfigurationPlace => {
  const id = settings.get('InstanceID');
  const found = typeof id === 'string' ? references.configurationOfId(id) : undefined;
  if (found !== undefined) return found;
  throw new DomainError(
    'invalidParameter',
    'The InstanceID in SystemSettings names no settings of a virtual machine. Read the settings and send their InstanceID.',
  );
};

/** NULL leaves the order alone; so does an empty array (embedded-instances §4). */
const bootOrder = (references: References, settings: CimInstance): readonly (SettingRef | null)[] | undefined => {
  const order = settings.get('BootSourceOrder');
  if (!Array.isArray(order) || order.length === 0) return undefined;
  const entries: readonly unknown[] = order;
  return entries.map((entry) => {
    const path = typeof entry === 'string' ? tryParsePath(entry) : undefined;
    return path === undefined ? null : (references.bootSource(path)?.ref ?? null);
  });
};

/** UpgradeSystemVersion (management-service §2): no text, or one without a version, means the highest. */
export const upgradeMethod = (services: MethodServices): MethodRow => ({
  right: 'administer',
  jobType: MODIFY_JOB,
  out: [],
  run: async ({ request, args }) => {
    const system = requireSystem(services.references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
    await services.operations.upgradeVersion(
      request,
      system.id,
      wantedVersion(services, args.text('UpgradeSettingData')),
    );
    return done({}, [affectedSystem(system, 0)]);
  },
});

const wantedVersion = (services: MethodServices, text: string | null): string | null => {
  if (text === null || text.trim() === '') return null;
  const settings = services.texts.read('UpgradeSettingData', text, 'CIM_SettingData');
  // The page names a VSSD, real systems have Msvm_VirtualSystemUpgradeSettingData (schema: "systems only").
  if (
    !settings.class.isA('CIM_VirtualSystemSettingData') &&
    !settings.class.isA('Msvm_VirtualSystemUpgradeSettingData')
  ) {
    throw new DomainError(
      'invalidParameter',
      `UpgradeSettingData holds a ${settings.class.name}. Send a Msvm_VirtualSystemSettingData or a Msvm_VirtualSystemUpgradeSettingData.`,
    );
  }
  const version = settings.get('TargetVersion') ?? settings.get('Version');
  if (version === null || version === '') return null;
  if (typeof version === 'string') return version;
  throw new DomainError('wrongType', 'The version in UpgradeSettingData is not a text. Send "major.minor".');
};
