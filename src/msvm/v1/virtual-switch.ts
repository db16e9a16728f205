import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { EthernetSwitch } from '../../core/model.ts';
import type { EntitySet, Match } from '../entity.ts';
import type { Projection } from '../projection.ts';
import type { SwitchEntity } from '../v2/entities.ts';
import { switchEntity } from '../v2/switches/switch.ts';
import { VIRTUAL_SWITCH } from './switch-port.ts';

/** MAC addresses that a switch learns: a Linux bridge has no limit of its own, real hosts say 1024. */
const LEARNABLE_ADDRESSES = 1024;

/** Msvm_VirtualSwitch: the switches of the host under the class of v1 (object-model §12). */
export class VirtualSwitchSet implements EntitySet<SwitchEntity> {
  readonly kind = 'switch';
  readonly className = VIRTUAL_SWITCH;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<SwitchEntity> {
    for (const one of this.#projection.graph.switches()) yield switchEntity(one);
  }

  find(path: ObjectPath): SwitchEntity | undefined {
    const name = path.key('Name');
    const found = typeof name === 'string' ? this.#projection.graph.switch(name.toUpperCase()) : undefined;
    return found === undefined ? undefined : switchEntity(found);
  }

  path(entity: SwitchEntity): ObjectPath {
    return virtualSwitchPath(this.#projection, entity.switch);
  }

  instance(entity: SwitchEntity): CimInstance {
    return this.#projection
      .shape(VIRTUAL_SWITCH, '', () => ({
        Description: 'Microsoft Virtual Switch',
        EnabledState: 5,
        RequestedState: 12,
        Status: 'OK',
        Dedicated: [38],
        NumLearnableAddresses: LEARNABLE_ADDRESSES,
        MaxVMQOffloads: 0,
        MaxChimneyOffloads: 0,
        ScopeOfResidence: '',
      }))
      .make({ ElementName: entity.switch.name, Name: entity.switch.id, CreationClassName: VIRTUAL_SWITCH });
  }

  candidates(property: string, match: Match, value: string): Iterable<SwitchEntity> | undefined {
    if (match !== 'equal' || property !== 'name') return undefined;
    const found = this.#projection.graph.switch(value.toUpperCase());
    return found === undefined ? [] : [switchEntity(found)];
  }
}

export const virtualSwitchPath = (projection: Projection, target: EthernetSwitch): ObjectPath =>
  projection.path(VIRTUAL_SWITCH, { CreationClassName: VIRTUAL_SWITCH, Name: target.id });
