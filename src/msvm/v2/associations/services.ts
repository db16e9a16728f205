import type { AssociationRow } from '../../relation.ts';
import type { Projection } from '../../projection.ts';
import type { HostEntity, JobEntity, SystemEntity } from '../entities.ts';
import { jobEntity } from '../jobs/job.ts';
import {
  serviceCapabilitiesEntity,
  type ServiceEntity,
  serviceEntity,
  serviceSettingEntity,
} from '../services/service.ts';
import { MANAGEMENT_SERVICE, owningService, SERVICES } from '../services/services.ts';
import { HOST, systemEntity } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';

const CURRENT = { IsDefault: 1, IsCurrent: 1, IsNext: 0 };

const byClass = (className: string) => SERVICES.find((row) => row.className === className);

/** Msvm_ElementSettingData of services (object-model §2). */
export const serviceHasSetting = (projection: Projection) =>
  relation<ServiceEntity, ServiceEntity>(
    'service',
    'serviceSetting',
    ({ row }) => link(serviceSettingEntity(projection.hostName, row), CURRENT),
    ({ row }) => link(serviceEntity(projection.hostName, row), CURRENT),
  );

/** Msvm_ElementCapabilities of services. */
export const serviceHasCapabilities = (projection: Projection) =>
  relation<ServiceEntity, ServiceEntity>(
    'service',
    'serviceCapabilities',
    ({ row }) => link(serviceCapabilitiesEntity(row), { Characteristics: [2] }),
    ({ row }) => link(serviceEntity(projection.hostName, row), { Characteristics: [2] }),
  );

export const serviceAssociations = (projection: Projection): AssociationRow[] => {
  const services = (): ServiceEntity[] => SERVICES.map((row) => serviceEntity(projection.hostName, row));
  const management = (): ServiceEntity | null => {
    const row = byClass(MANAGEMENT_SERVICE);
    return row === undefined ? null : serviceEntity(projection.hostName, row);
  };
  function* allSystems(): Iterable<SystemEntity> {
    for (const system of projection.graph.systems()) yield systemEntity(system);
  }
  const affects = { ElementEffects: [5] };
  return [
    association(
      'Msvm_HostedService',
      'Antecedent',
      'Dependent',
      relation<HostEntity, ServiceEntity>(
        'host',
        'service',
        () => links(services()),
        () => link(HOST),
      ),
    ),
    association(
      'Msvm_ServiceAffectsElement',
      'AffectingElement',
      'AffectedElement',
      // go-wmi lists machines by walking from vmms (object-model §2).
      relation<ServiceEntity, SystemEntity>(
        'service',
        'system',
        ({ row }) => (row.className === MANAGEMENT_SERVICE ? links(allSystems(), affects) : []),
        () => link(management(), affects),
      ),
    ),
    association(
      'Msvm_OwningJobElement',
      'OwningElement',
      'OwnedElement',
      relation<ServiceEntity, JobEntity>(
        'service',
        'job',
        ({ row }) => links(jobsOf(projection, row.className)),
        ({ job }) => {
          const row = byClass(owningService(job.className, job.type));
          return link(row === undefined ? null : serviceEntity(projection.hostName, row));
        },
      ),
    ),
  ];
};

function* jobsOf(projection: Projection, service: string): Iterable<JobEntity> {
  for (const job of projection.graph.jobs())
    if (owningService(job.className, job.type) === service) yield jobEntity(job);
}
