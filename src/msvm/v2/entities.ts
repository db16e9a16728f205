import type { DeviceKindRow } from '../../core/devices/kind.ts';
import type { ConfigurationPlace } from '../../core/graph.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { DeviceSetting, EthernetSwitch, VirtualSystem } from '../../core/model.ts';
import type { Entity } from '../entity.ts';

/** A realized or planned system. */
export interface SystemEntity extends Entity {
  readonly kind: 'system';
  readonly system: VirtualSystem;
}

/** The management host, of which there is one. */
export interface HostEntity extends Entity {
  readonly kind: 'host';
}

/** A VSSD of a system, a plan or a snapshot. */
export interface ConfigurationEntity extends Entity {
  readonly kind: 'configuration';
  readonly place: ConfigurationPlace;
}

/** A resource or component setting of a configuration. */
export interface SettingEntity extends Entity {
  readonly kind: 'setting';
  readonly place: ConfigurationPlace;
  readonly setting: DeviceSetting;
  readonly row: DeviceKindRow;
}

/** A boot entry of a generation 2 configuration; it stands for a drive or an adapter. */
export interface BootSourceEntity extends Entity {
  readonly kind: 'bootSource';
  readonly place: ConfigurationPlace;
  readonly setting: DeviceSetting;
  readonly row: DeviceKindRow;
}

/** A device of a running system. `setting` is what it was made from. */
export interface DeviceEntity extends Entity {
  readonly kind: 'device';
  readonly system: VirtualSystem;
  readonly setting: DeviceSetting;
  readonly row: DeviceKindRow;
  /** DeviceID after `Microsoft:`. */
  readonly id: string;
  /** Counts devices of the same setting: virtual processors. */
  readonly index: number;
}

/** What the guest of a running system has made of a network adapter. */
export interface GuestNetworkEntity extends Entity {
  readonly kind: 'guestNetwork';
  readonly system: VirtualSystem;
  readonly setting: DeviceSetting;
}

export interface SwitchEntity extends Entity {
  readonly kind: 'switch';
  readonly switch: EthernetSwitch;
}

export interface SwitchSettingEntity extends Entity {
  readonly kind: 'switchSetting';
  readonly switch: EthernetSwitch;
}

/** The port that a connected adapter of a running system has on its switch. */
export interface SwitchPortEntity extends Entity {
  readonly kind: 'switchPort';
  readonly switch: EthernetSwitch;
  readonly place: ConfigurationPlace;
  readonly setting: DeviceSetting;
  readonly row: DeviceKindRow;
}

export interface JobEntity extends Entity {
  readonly kind: 'job';
  readonly job: Job;
}

/** An object of the system that is neither setting nor device: export, merge and replication settings, capabilities. */
export interface SystemPartEntity extends Entity {
  readonly kind: 'exportSetting' | 'mergeSetting' | 'replicationSetting' | 'systemCapabilities';
  readonly system: VirtualSystem;
}
