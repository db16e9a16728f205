import type { CimValues } from '../../cim/values.ts';
import { MountedImageSet } from '../v2/images/mounted-image.ts';
import { Catalog, type Entity } from '../entity.ts';
import type { Projection } from '../projection.ts';
import type { Indexes } from '../v2/catalog.ts';
import type { OwnEntities } from '../v2/events/changes.ts';
import { addDevices } from '../v2/devices/register.ts';
import type { ConfigurationEntity, JobEntity, SettingEntity, SystemEntity, SystemPartEntity } from '../v2/entities.ts';
import { addHostDevices } from '../v2/host/host-device.ts';
import { addHostAdapters } from '../v2/switches/host-adapter.ts';
import { addInternalPorts } from '../v2/switches/host-ports.ts';
import { JOB_CLASSES, JobSet } from '../v2/jobs/job.ts';
import { addPools, type PoolEntity } from '../v2/pools/pool.ts';
import { addServices, type ServiceEntity } from '../v2/services/service.ts';
import { SettingSet } from '../v2/settings/setting.ts';
import { SystemSettingSet } from '../v2/settings/system-setting.ts';
import { type TemplateEntity, TemplateSet } from '../v2/settings/template.ts';
import { COMPUTER_SYSTEM, HostSet, SystemSet } from '../v2/systems/computer-system.ts';
import { SystemPartSet } from '../v2/systems/system-part.ts';
import { AdaptedSet, addAdapted } from './adapted-set.ts';
import { BiosElementSet } from '../v2/systems/bios-element.ts';
import { allocationUnits, isPooled, poolId, V1_SETTING_CLASSES, v1Row } from './kinds.ts';
import { LanEndpointSet, lanEndpointsOf } from './lan-endpoint.ts';
import { hostSwitchPorts } from './host-switch-port.ts';
import { addHostEnds, endpointsOfSwitch } from './host-ends.ts';
import { type PendingPorts, PendingPortSet } from './pending-ports.ts';
import { enabledState, requestedState } from './power-state.ts';
import { V1_SETTINGS } from './setting.ts';
import { PortSet, portsOfSystem, SWITCH_PORT, VIRTUAL_SWITCH } from './switch-port.ts';
import { globalSettingEntity, GlobalSettingSet, systemSettingValues } from './system-setting.ts';
import { VirtualSwitchSet } from './virtual-switch.ts';

/** The class that shows an entity in v1: the one place that knows what v1 leaves out (object-model §12). */
const classOf =
  (projection: Projection) =>
  (entity: Entity): string | null => {
    switch (entity.kind) {
      case 'setting': {
        const { place, setting } = entity as SettingEntity;
        return projection.shows(place.system) ? (v1Row(setting.kind)?.settingClass ?? null) : null;
      }
      case 'configuration':
        return projection.shows((entity as ConfigurationEntity).place.system) ? entity.className : null;
      case 'exportSetting':
        return projection.shows((entity as SystemPartEntity).system) ? entity.className : null;
      case 'template':
        return v1Row((entity as TemplateEntity).row.kind)?.settingClass ?? null;
      case 'pool':
      case 'allocationCapabilities':
        return isPooled((entity as PoolEntity).row) ? entity.className : null;
      case 'switch':
        return VIRTUAL_SWITCH;
      case 'hostPort':
        return SWITCH_PORT;
      default:
        return entity.className;
    }
  };

const systemValues = ({ system }: SystemEntity): CimValues => ({
  EnabledState: enabledState(system),
  RequestedState: requestedState(system.requestedState),
});

const COMPLETED = 7;
/** "Completed with warnings" came with v2: never shown here (jobs-and-errors §3). */
const WITH_WARNINGS = 32768;

const jobValues = ({ job }: JobEntity): CimValues => (job.state === WITH_WARNINGS ? { JobState: COMPLETED } : {});

const poolValues = (entity: Entity): CimValues => {
  const { row } = entity as PoolEntity;
  const own = v1Row(row.kind);
  return own === undefined
    ? {}
    : {
        PoolID: poolId(row),
        ResourceType: own.resourceType,
        ResourceSubType: own.resourceSubType,
        OtherResourceType: own.otherResourceType,
        AllocationUnits: allocationUnits(row.kind),
      };
};

/** ListenerPort is a property of the terminal service itself; v2 has it in the service's settings. */
const serviceValues = (entity: Entity): CimValues => {
  if (entity.kind !== 'service') return {};
  const port = (entity as ServiceEntity).row.setting?.values['ListenerPort'];
  return port === undefined ? {} : { ListenerPort: port };
};

/** Everything that root\virtualization shows: the entity sets of v2, adapted, and what only v1 has. */
export const v1Catalog = (projection: Projection, indexes: Indexes, ports: PendingPorts): Catalog => {
  const shownAs = classOf(projection);
  const catalog = new Catalog(projection.namespaces, shownAs);
  const shown = (entity: Entity): boolean => shownAs(entity) !== null;
  const has = (className: string): boolean => projection.has(className);
  const adapt = (fill: (source: Catalog) => void, values?: (entity: Entity) => CimValues): void => {
    const source = new Catalog(projection.namespaces);
    fill(source);
    addAdapted(catalog, source, has, shown, values);
  };

  catalog.add(new AdaptedSet(new HostSet(projection), shown));
  catalog.add(new AdaptedSet(new SystemSet(projection, COMPUTER_SYSTEM), shown, { values: systemValues }));
  catalog.add(new AdaptedSet(new SystemPartSet(projection, 'exportSetting'), shown));
  catalog.add(
    new AdaptedSet(new SystemSettingSet(projection, indexes.settings), shown, {
      values: systemSettingValues,
      indexes: { systemname: 'virtualsystemidentifier' },
    }),
  );
  catalog.add(new GlobalSettingSet(projection));
  for (const className of V1_SETTING_CLASSES) {
    catalog.add(new TemplateSet(projection, className, v1Row));
    catalog.add(new SettingSet(projection, indexes.settings, className, V1_SETTINGS));
  }
  adapt((source) => addHostDevices(projection, source, indexes.pools));
  adapt((source) => addDevices(projection, source));
  catalog.add(new BiosElementSet(projection));
  catalog.add(new VirtualSwitchSet(projection));
  catalog.add(new PortSet(projection, indexes.settings));
  catalog.add(new PendingPortSet(projection, ports));
  catalog.add(new LanEndpointSet(projection));
  catalog.add(hostSwitchPorts(projection));
  catalog.add(new MountedImageSet(projection));
  adapt((source) => addHostAdapters(projection, source));
  adapt((source) => addInternalPorts(projection, source));
  addHostEnds(projection, catalog, ports.internals);
  adapt((source) => addPools(projection, source, indexes.pools), poolValues);
  adapt((source) => addServices(projection, source), serviceValues);
  for (const className of JOB_CLASSES)
    if (has(className)) catalog.add(new AdaptedSet(new JobSet(projection, className), shown, { values: jobValues }));
  return catalog;
};

/** What only v1 shows, for its events. */
export const v1Entities = (projection: Projection): OwnEntities => ({
  *ofSystem(system) {
    if (!projection.shows(system)) return;
    yield globalSettingEntity(system);
    yield* portsOfSystem(projection, system);
    yield* lanEndpointsOf(system);
  },
  ofSwitch: (one, other) => endpointsOfSwitch(projection, one, other),
});
