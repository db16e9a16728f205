import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { ReferencePointPlace } from '../../../core/graph.ts';
import type { Guid } from '../../../core/model.ts';
import { changeTrackingId } from '../../../core/reference-points/changes.ts';
import { datetimeText } from '../../../core/systems/datetime.ts';
import { parseGuid } from '../../../core/systems/identifiers.ts';
import { elementNameOf } from '../../../core/systems/system-defaults.ts';
import type { Entity, EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';

/** A moment of a machine's disks that backups measure changes from. */
export interface ReferencePointEntity extends Entity {
  readonly kind: 'referencePoint';
  readonly system: ReferencePointPlace['system'];
  readonly point: ReferencePointPlace['point'];
}

const CLASS = 'Msvm_VirtualSystemReferencePoint';

export const referencePointEntity = ({ system, point }: ReferencePointPlace): ReferencePointEntity => ({
  kind: 'referencePoint',
  className: CLASS,
  system,
  point,
});

/** ReferencePointType: by resilient change tracking, not by logs. */
const CHANGE_TRACKING = 2;
const CONSISTENT_FOR_APPLICATIONS = 1;
const CRASH_CONSISTENT = 2;

const PREFIX = 'Microsoft:';
const instanceId = (point: Guid): string => `${PREFIX}${point}`;

/** Of one that need not be there yet. */
export const referencePointPath = (projection: Projection, system: Guid, point: Guid): ObjectPath =>
  projection.path(CLASS, { InstanceID: instanceId(point), VirtualSystemIdentifier: system });

/** Msvm_VirtualSystemReferencePoint of all machines. */
export class ReferencePointSet implements EntitySet<ReferencePointEntity> {
  readonly kind = 'referencePoint';
  readonly className = CLASS;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<ReferencePointEntity> {
    for (const system of this.#projection.graph.systems())
      for (const point of system.referencePoints ?? []) yield referencePointEntity({ system, point });
  }

  find(path: ObjectPath): ReferencePointEntity | undefined {
    const [id, owner] = [path.key('InstanceID'), path.key('VirtualSystemIdentifier')];
    if (typeof id !== 'string' || typeof owner !== 'string') return undefined;
    return [...this.#byId(id)].find(({ system }) => system.id === owner.toUpperCase());
  }

  path({ system, point }: ReferencePointEntity): ObjectPath {
    return referencePointPath(this.#projection, system.id, point.id);
  }

  instance({ system, point }: ReferencePointEntity): CimInstance {
    return this.#projection
      .shape(CLASS, '', () => ({
        Caption: 'Virtual Machine Reference Point',
        ReferencePointType: CHANGE_TRACKING,
        // What lies in the files of the moment is not handed out by the point.
        HasAssociatedData: false,
      }))
      .make({
        InstanceID: instanceId(point.id),
        VirtualSystemIdentifier: system.id,
        ElementName: elementNameOf(system.active),
        Description: `Taken ${datetimeText(point.createdAt)}`,
        ConsistencyLevel: point.atRest ? CONSISTENT_FOR_APPLICATIONS : CRASH_CONSISTENT,
        VirtualDiskIdentifiers: point.disks.map(({ disk }) => disk),
        ResilientChangeTrackingIdentifiers: point.disks.map((_, index) => changeTrackingId(point, index)),
      });
  }

  candidates(property: string, match: Match, value: string): Iterable<ReferencePointEntity> | undefined {
    if (match !== 'equal') return undefined;
    if (property === 'instanceid') return this.#byId(value);
    if (property !== 'virtualsystemidentifier') return undefined;
    const system = this.#projection.graph.system(value.toUpperCase());
    return system?.referencePoints?.map((point) => referencePointEntity({ system, point })) ?? [];
  }

  #byId(id: string): readonly ReferencePointEntity[] {
    const guid = id.toLowerCase().startsWith(PREFIX.toLowerCase()) ? parseGuid(id.slice(PREFIX.length)) : null;
    const place = guid === null ? undefined : this.#projection.graph.referencePoint(guid);
    return place === undefined ? [] : [referencePointEntity(place)];
  }
}
