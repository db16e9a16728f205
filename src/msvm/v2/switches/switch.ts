import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import { SWITCH_SETTING_DEFAULTS } from '../../../core/switches/switch-input.ts';
import { NEVER } from '../../never.ts';
import type { EthernetSwitch } from '../../../core/model.ts';
import type { EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import type { SwitchEntity, SwitchSettingEntity } from '../entities.ts';

export const SWITCH = 'Msvm_VirtualEthernetSwitch';
export const SWITCH_SETTING = 'Msvm_VirtualEthernetSwitchSettingData';

export const switchEntity = (target: EthernetSwitch): SwitchEntity => ({
  kind: 'switch',
  className: SWITCH,
  switch: target,
});

export const switchSettingEntity = (target: EthernetSwitch): SwitchSettingEntity => ({
  kind: 'switchSetting',
  className: SWITCH_SETTING,
  switch: target,
});

const settingId = (target: EthernetSwitch): string => `Microsoft:${target.id}`;

/** Msvm_VirtualEthernetSwitch (object-model §11, dump). */
export class SwitchSet implements EntitySet<SwitchEntity> {
  readonly kind = 'switch';
  readonly className = SWITCH;
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
    return this.#projection.path(SWITCH, { CreationClassName: SWITCH, Name: entity.switch.id });
  }

  instance(entity: SwitchEntity): CimInstance {
    return this.#projection
      .shape(SWITCH, '', () => ({
        Caption: 'Virtual Switch',
        Description: 'Microsoft Virtual Switch',
        CreationClassName: SWITCH,
        EnabledState: 5,
        EnabledDefault: 2,
        RequestedState: 12,
        ResetCapability: 5,
        HealthState: 5,
        OperationalStatus: [2],
        StatusDescriptions: ['OK'],
        Status: 'OK',
        Dedicated: [38],
        IdentifyingDescriptions: ['Virtual Switch Extension Miniport Adapter Id'],
        MaxIOVOffloads: 0,
        MaxVMQOffloads: 0,
      }))
      .make({
        ElementName: entity.switch.name,
        Name: entity.switch.id,
        // What Hyper-V does not have: told here, for people.
        ...(entity.switch.kind === 'bridge' ? { Description: `Linux bridge ${entity.switch.bridge} of the host` } : {}),
        OtherIdentifyingInfo: [`{${entity.switch.id.toLowerCase()}}`],
        TimeOfLastStateChange: NEVER,
      });
  }

  candidates(property: string, match: Match, value: string): Iterable<SwitchEntity> | undefined {
    if (match !== 'equal' || property !== 'name') return undefined;
    const found = this.#projection.graph.switch(value.toUpperCase());
    return found === undefined ? [] : [switchEntity(found)];
  }
}

/** Msvm_VirtualEthernetSwitchSettingData, one for each switch. */
export class SwitchSettingSet implements EntitySet<SwitchSettingEntity> {
  readonly kind = 'switchSetting';
  readonly className = SWITCH_SETTING;
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  *entities(): Iterable<SwitchSettingEntity> {
    for (const one of this.#projection.graph.switches()) yield switchSettingEntity(one);
  }

  find(path: ObjectPath): SwitchSettingEntity | undefined {
    const id = path.key('InstanceID');
    if (typeof id !== 'string' || !fold(id).startsWith('microsoft:')) return undefined;
    const found = this.#projection.graph.switch(id.slice('microsoft:'.length).toUpperCase());
    return found === undefined ? undefined : switchSettingEntity(found);
  }

  path(entity: SwitchSettingEntity): ObjectPath {
    return this.#projection.path(SWITCH_SETTING, { InstanceID: settingId(entity.switch) });
  }

  instance(entity: SwitchSettingEntity): CimInstance {
    return this.#projection
      .shape(SWITCH_SETTING, '', () => ({
        Caption: 'Virtual Ethernet Switch Settings',
        Description: 'Settings for the virtual Ethernet switch',
        ...(SWITCH_SETTING_DEFAULTS as CimValues),
        AssociatedResourcePool: [],
        VLANConnection: [],
        RequiredExtensionIds: [],
        CreationTime: NEVER,
      }))
      .make({
        ...(entity.switch.own?.values as CimValues | undefined),
        InstanceID: settingId(entity.switch),
        ElementName: entity.switch.name,
        Notes: [entity.switch.notes],
        VirtualSystemIdentifier: entity.switch.id,
        ConfigurationID: entity.switch.id,
      });
  }
}
