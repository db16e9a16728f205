import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import { effectiveValues } from '../../../core/systems/system-defaults.ts';
import type { Entity, EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { knownValues } from '../../shape.ts';

const BIOS_ELEMENT = 'Msvm_BIOSElement';

/** The BIOS of a machine: the same serial numbers and boot order as in its settings. */
export interface BiosElementEntity extends Entity {
  readonly kind: 'biosElement';
  readonly system: VirtualSystem;
}

export const biosElementEntity = (system: VirtualSystem): BiosElementEntity => ({
  kind: 'biosElement',
  className: BIOS_ELEMENT,
  system,
});

const FROM_SETTINGS = [
  'BIOSGUID',
  'BIOSSerialNumber',
  'BaseBoardSerialNumber',
  'ChassisSerialNumber',
  'ChassisAssetTag',
  'BIOSNumLock',
  'BootOrder',
  'EnableHibernation',
] as const;

/** Keys that are the same for all machines; SoftwareElementID tells them apart. */
const COMMON_KEYS = { Name: 'BIOS', SoftwareElementState: 2, TargetOperatingSystem: 0, Version: '8.02.00' } as const;

export class BiosElementSet implements EntitySet<BiosElementEntity> {
  readonly kind = 'biosElement';
  readonly className = BIOS_ELEMENT;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<BiosElementEntity> {
    for (const system of this.#projection.graph.systems())
      if (this.#projection.shows(system)) yield biosElementEntity(system);
  }

  find(path: ObjectPath): BiosElementEntity | undefined {
    const id = path.key('SoftwareElementID');
    const common = Object.entries(COMMON_KEYS).every(([name, value]) => {
      const given = path.key(name);
      return given === undefined || fold(String(given)) === fold(String(value));
    });
    return common && typeof id === 'string' ? this.#byId(id)[0] : undefined;
  }

  path({ system }: BiosElementEntity): ObjectPath {
    const { Name, SoftwareElementState, TargetOperatingSystem, Version } = COMMON_KEYS;
    return this.#projection.path(BIOS_ELEMENT, {
      Name,
      SoftwareElementID: system.id,
      SoftwareElementState,
      TargetOperatingSystem,
      Version,
    });
  }

  instance({ system }: BiosElementEntity): CimInstance {
    const held = effectiveValues(system, system.active) as CimValues;
    const own: CimValues = Object.fromEntries(FROM_SETTINGS.map((name) => [name, held[name] ?? null]));
    const shape = this.#projection.shape(BIOS_ELEMENT, '', () => COMMON_KEYS);
    return shape.make(knownValues(shape.class, { ...own, SoftwareElementID: system.id }));
  }

  candidates(property: string, match: Match, value: string): Iterable<BiosElementEntity> | undefined {
    return match === 'equal' && property === 'softwareelementid' ? this.#byId(value) : undefined;
  }

  #byId(id: string): readonly BiosElementEntity[] {
    const system = this.#projection.graph.system(id.toUpperCase());
    return system !== undefined && this.#projection.shows(system) ? [biosElementEntity(system)] : [];
  }
}
