import { findDevice } from '../../../core/devices/effective.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { AffectedElement, Job } from '../../../core/jobs/job.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { AssociationRow, Link, Relation } from '../../relation.ts';
import type { ConfigurationEntity, JobEntity, SettingEntity, SwitchEntity, SystemEntity } from '../entities.ts';
import { jobEntity, STORAGE_JOB } from '../jobs/job.ts';
import { type ReferencePointEntity, referencePointEntity } from '../reference-points/reference-point.ts';
import { type ServiceEntity, serviceEntity } from '../services/service.ts';
import { SERVICES } from '../services/services.ts';
import { settingEntity } from '../settings/setting.ts';
import { configurationEntity } from '../settings/system-setting.ts';
import { switchEntity } from '../switches/switch.ts';
import { systemEntity } from '../systems/computer-system.ts';
import { association, link, relation } from './define.ts';

type Element = AffectedElement['element'];

const valuesOf = (affected: AffectedElement): CimValues => ({
  ElementEffects: [affected.effect],
  OtherElementEffectsDescriptions: [''],
});

/** Links from something to the jobs that say they affect it. */
function* jobLinks(jobs: Iterable<Job>, fits: (element: Element) => boolean): Iterable<Link<JobEntity>> {
  for (const job of jobs) {
    for (const affected of job.affected)
      if (fits(affected.element)) yield { to: jobEntity(job), values: valuesOf(affected) };
  }
}

/** Links from a job to those of its affected elements that `find` knows: what was removed since is left out. */
function* elementLinks<E extends Entity>(job: Job, find: (element: Element) => E | undefined): Iterable<Link<E>> {
  for (const affected of job.affected) {
    const to = find(affected.element);
    if (to !== undefined) yield { to, values: valuesOf(affected) };
  }
}

const ofSystem = (graph: SystemGraph): Relation =>
  relation<SystemEntity, JobEntity>(
    'system',
    'job',
    ({ system }) =>
      jobLinks(
        graph.jobsAffecting(system.id),
        (element) => (element.kind === 'system' || element.kind === 'plan') && element.id === system.id,
      ),
    ({ job }) =>
      elementLinks(job, (element) => {
        const system = element.kind === 'system' || element.kind === 'plan' ? graph.system(element.id) : undefined;
        // A plan that became a machine is no plan any more; its machine is an element of its own.
        const there = (system?.kind === 'planned') === (element.kind === 'plan');
        return system === undefined || !there ? undefined : systemEntity(system);
      }),
  );

const ofConfiguration = (graph: SystemGraph): Relation =>
  relation<ConfigurationEntity, JobEntity>(
    'configuration',
    'job',
    ({ place }) =>
      jobLinks(
        graph.jobsAffecting(place.system.id),
        (element) => element.kind === 'configuration' && element.id === place.configuration.id,
      ),
    ({ job }) =>
      elementLinks(job, (element) => {
        const place = element.kind === 'configuration' ? graph.configuration(element.id) : undefined;
        return place === undefined ? undefined : configurationEntity(place);
      }),
  );

const ofSetting = (graph: SystemGraph): Relation =>
  relation<SettingEntity, JobEntity>(
    'setting',
    'job',
    ({ place, setting }) =>
      jobLinks(
        graph.jobsAffecting(place.system.id),
        (element) =>
          element.kind === 'setting' &&
          element.configuration === place.configuration.id &&
          element.part === setting.part,
      ),
    ({ job }) =>
      elementLinks(job, (element) => {
        const place = element.kind === 'setting' ? graph.configuration(element.configuration) : undefined;
        const setting =
          place === undefined || element.kind !== 'setting' ? undefined : findDevice(place.configuration, element.part);
        return place === undefined || setting === undefined ? undefined : settingEntity(place, setting);
      }),
  );

const ofSwitch = (graph: SystemGraph): Relation =>
  relation<SwitchEntity, JobEntity>(
    'switch',
    'job',
    (entity) => jobLinks(graph.jobs(), (element) => element.kind === 'switch' && element.id === entity.switch.id),
    ({ job }) =>
      elementLinks(job, (element) => {
        const found = element.kind === 'switch' ? graph.switch(element.id) : undefined;
        return found === undefined ? undefined : switchEntity(found);
      }),
  );

const ofReferencePoint = (graph: SystemGraph): Relation =>
  relation<ReferencePointEntity, JobEntity>(
    'referencePoint',
    'job',
    ({ point }) =>
      jobLinks(
        graph.jobsAffecting(point.id),
        (element) => element.kind === 'referencePoint' && element.id === point.id,
      ),
    ({ job }) =>
      elementLinks(job, (element) => {
        const place = element.kind === 'referencePoint' ? graph.referencePoint(element.id) : undefined;
        return place === undefined ? undefined : referencePointEntity(place);
      }),
  );

const ofService = (projection: Projection): Relation =>
  relation<ServiceEntity, JobEntity>(
    'service',
    'job',
    ({ className }) =>
      jobLinks(projection.graph.jobs(), (element) => element.kind === 'service' && element.className === className),
    ({ job }) =>
      elementLinks(job, (element) => {
        const row =
          element.kind === 'service' ? SERVICES.find((one) => one.className === element.className) : undefined;
        return row === undefined ? undefined : serviceEntity(projection.hostName, row);
      }),
  );

/** The same relation, of jobs that are or are not storage jobs: those hang on a class of their own (jobs-and-errors §2). */
const only = (part: Relation, storage: boolean): Relation => {
  const fits = (job: Entity): boolean => (job.className === STORAGE_JOB) === storage;
  return {
    ...part,
    forward: function* (entity) {
      for (const one of part.forward(entity)) if (fits(one.to)) yield one;
    },
    backward: (job) => (fits(job) ? part.backward(job) : link<Entity>(null)),
  };
};

/** What a job is about, found from both ends (README rule 3, jobs-and-errors §5). */
export const jobAssociations = (projection: Projection): AssociationRow[] => {
  const { graph } = projection;
  const parts = [
    ofSystem(graph),
    ofConfiguration(graph),
    ofSetting(graph),
    ofSwitch(graph),
    ofReferencePoint(graph),
    ofService(projection),
  ];
  return [
    association(
      'Msvm_AffectedJobElement',
      'AffectedElement',
      'AffectingElement',
      ...parts.map((part) => only(part, false)),
    ),
    association(
      'Msvm_AffectedStorageJobElement',
      'AffectedElement',
      'AffectingElement',
      ...parts.map((part) => only(part, true)),
    ),
  ];
};
