import { fold } from '../../../cim/names.ts';
import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { VirtualSystem } from '../../../core/model.ts';
import type { Entity, EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { COMPUTER_SYSTEM } from '../systems/computer-system.ts';
import { devicesOf } from './system-device.ts';
import type { DeviceEntity } from '../entities.ts';

export const GUEST_FILE_SERVICE = 'Msvm_GuestFileService';
const INTERFACE = 'Msvm_GuestServiceInterfaceComponent';

/** The service that copies files to the guest of one running machine; it hangs on the guest service interface. */
export interface GuestFileServiceEntity extends Entity {
  readonly kind: 'guestFileService';
  readonly system: VirtualSystem;
}

const interfaceOf = (system: VirtualSystem): DeviceEntity | undefined => {
  for (const device of devicesOf(system)) if (device.className === INTERFACE) return device;
  return undefined;
};

/** Of a machine without a guest, or without the interface, there is none. */
export const guestFileServiceOf = (system: VirtualSystem): GuestFileServiceEntity | undefined =>
  interfaceOf(system) === undefined ? undefined : { kind: 'guestFileService', className: GUEST_FILE_SERVICE, system };

export const interfaceOfService = ({ system }: GuestFileServiceEntity): DeviceEntity | undefined => interfaceOf(system);

/** The service of an interface; undefined for other devices. */
export const serviceOfInterface = ({ className, system }: DeviceEntity): GuestFileServiceEntity | undefined =>
  className === INTERFACE ? guestFileServiceOf(system) : undefined;

const nameOf = (system: VirtualSystem): string => `Microsoft:${system.id}\\GuestFileService`;

export class GuestFileServiceSet implements EntitySet<GuestFileServiceEntity> {
  readonly kind = 'guestFileService';
  readonly className = GUEST_FILE_SERVICE;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<GuestFileServiceEntity> {
    for (const system of this.#projection.graph.systems()) yield* this.#of(system);
  }

  find(path: ObjectPath): GuestFileServiceEntity | undefined {
    const owner = path.key('SystemName');
    const name = path.key('Name');
    const system = typeof owner === 'string' ? this.#projection.graph.system(owner.toUpperCase()) : undefined;
    if (system === undefined || typeof name !== 'string') return undefined;
    return fold(name.replaceAll('\\\\', '\\')) === fold(nameOf(system)) ? this.#of(system)[0] : undefined;
  }

  path({ system }: GuestFileServiceEntity): ObjectPath {
    return this.#projection.path(GUEST_FILE_SERVICE, this.#keys(system));
  }

  instance({ system }: GuestFileServiceEntity): CimInstance {
    return this.#projection
      .shape(GUEST_FILE_SERVICE, '', () => ({
        Caption: 'Guest File Service',
        Description: 'Copies files from the host to the guest',
        ElementName: 'Guest File Service',
        EnabledState: 2,
        HealthState: 5,
        OperationalStatus: [2],
        StatusDescriptions: ['OK'],
        Status: 'OK',
        Started: true,
      }))
      .make(this.#keys(system));
  }

  candidates(property: string, match: Match, value: string): Iterable<GuestFileServiceEntity> | undefined {
    if (match !== 'equal' || property !== 'systemname') return undefined;
    const system = this.#projection.graph.system(value.toUpperCase());
    return system === undefined ? [] : this.#of(system);
  }

  #of(system: VirtualSystem): readonly GuestFileServiceEntity[] {
    const service = guestFileServiceOf(system);
    return service === undefined ? [] : [service];
  }

  #keys(system: VirtualSystem) {
    return {
      CreationClassName: GUEST_FILE_SERVICE,
      Name: nameOf(system),
      SystemCreationClassName: COMPUTER_SYSTEM,
      SystemName: system.id,
    };
  }
}
