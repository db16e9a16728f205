import { intervalOfMs } from '../../../cim/datetime/cim-datetime.ts';
import type { CimInstance } from '../../../cim/instance.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { ServiceSettings } from '../../../core/model.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type FixedEntity, FixedSet } from '../fixed-set.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';
import { MANAGEMENT_SERVICE, METRIC_SERVICE, SERVICES, type ServiceRow, TERMINAL_SERVICE } from './services.ts';

export interface ServiceEntity extends FixedEntity {
  readonly kind: 'service' | 'serviceSetting' | 'serviceCapabilities';
  readonly row: ServiceRow;
}

export const serviceEntity = (hostName: string, row: ServiceRow): ServiceEntity => ({
  kind: 'service',
  className: row.className,
  row,
  keys: {
    CreationClassName: row.className,
    Name: row.name,
    SystemCreationClassName: COMPUTER_SYSTEM,
    SystemName: hostName,
  },
});

/** Null when the service has no settings. */
export const serviceSettingEntity = (hostName: string, row: ServiceRow): ServiceEntity | null =>
  row.setting === undefined
    ? null
    : {
        kind: 'serviceSetting',
        className: row.setting.className,
        row,
        keys: { InstanceID: row.setting.instanceId(hostName) },
      };

/** Null when the service has no capabilities. */
export const serviceCapabilitiesEntity = (row: ServiceRow): ServiceEntity | null =>
  row.capabilities === undefined
    ? null
    : {
        kind: 'serviceCapabilities',
        className: row.capabilities.className,
        row,
        keys: { InstanceID: row.capabilities.instanceId },
      };

/** Constant properties of a service (object-model §10). */
const SERVICE: CimValues = {
  EnabledState: 2,
  EnabledDefault: 2,
  RequestedState: 12,
  HealthState: 5,
  OperationalStatus: [2],
  StatusDescriptions: ['The service is running normally'],
  Status: 'OK',
  Started: true,
  StartMode: 'Automatic',
  PrimaryOwnerName: 'Administrators',
  PrimaryOwnerContact: '',
};

const serviceInstance = (projection: Projection, entity: ServiceEntity): CimInstance =>
  projection
    .shape(entity.className, 'service', () => ({
      ...SERVICE,
      Caption: entity.row.caption,
      Description: `Service for ${entity.row.caption.toLowerCase()}`,
      ElementName: entity.row.elementName,
      ...entity.row.values,
    }))
    .make({ ...entity.keys });

const settingInstance = (projection: Projection, entity: ServiceEntity): CimInstance => {
  const shape = projection.shape(entity.className, 'setting', () => entity.row.setting?.values ?? {});
  return shape.make({ ...ownSettings(projection, entity), ...entity.keys });
};

/** Settings that the domain keeps in its record of the service, as they are now or as a change had them; null: it keeps none. */
export const keptSettings = (projection: Projection, row: ServiceRow, settings?: ServiceSettings): CimValues | null => {
  if (row.className === MANAGEMENT_SERVICE) return projection.serviceSettings(settings);
  if (row.className === TERMINAL_SERVICE) return { ...(settings ?? projection.graph.serviceSettings()).terminal };
  return null;
};

/** What the domain keeps of a service's settings; those of the others never change. */
const ownSettings = (projection: Projection, { row }: ServiceEntity): CimValues => {
  const kept = keptSettings(projection, row);
  if (kept !== null) return kept;
  return row.className === METRIC_SERVICE
    ? { MetricsFlushInterval: intervalOfMs(projection.metrics.flushIntervalMs) }
    : {};
};

const capabilitiesInstance = (projection: Projection, entity: ServiceEntity): CimInstance =>
  projection
    .shape(entity.className, 'capabilities', () => entity.row.capabilities?.values ?? {})
    .make({ ...entity.keys });

export const SERVICE_INSTANCES: Readonly<
  Record<ServiceEntity['kind'], (projection: Projection, entity: ServiceEntity) => CimInstance>
> = { service: serviceInstance, serviceSetting: settingInstance, serviceCapabilities: capabilitiesInstance };

/** Services whose class the namespace has, with what hangs on them. */
export const addServices = (projection: Projection, catalog: Catalog): void => {
  for (const row of SERVICES) {
    const entities = [
      serviceEntity(projection.hostName, row),
      serviceSettingEntity(projection.hostName, row),
      serviceCapabilitiesEntity(row),
    ];
    for (const entity of entities) {
      if (entity === null || !projection.has(entity.className)) continue;
      const instance = SERVICE_INSTANCES[entity.kind];
      catalog.add(
        new FixedSet(projection, entity.kind, entity.className, [entity], (one) => instance(projection, one)),
      );
    }
  }
};
