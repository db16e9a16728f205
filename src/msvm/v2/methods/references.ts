import type { ObjectPath } from '../../../cim/object-path.ts';
import type { ErrorSource } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { DeviceSetting, ResourceLink, VirtualSystem } from '../../../core/model.ts';
import type { SettingRef } from '../../../core/requests.ts';

/** A setting that a path names, with where it stands. */
export interface SettingTarget {
  readonly place: ConfigurationPlace;
  readonly setting: DeviceSetting;
  readonly ref: SettingRef;
}

/**
 * From paths to the domain and back. Undefined: the path names nothing that we know, in this namespace
 * (management-service §0: that is an invalid parameter, not a fault).
 */
export interface References {
  /** A virtual or planned system, or the host, in any spelling. */
  system(path: ObjectPath): VirtualSystem | 'host' | undefined;
  /** A VSSD path, or the path of a system, which stands for its active settings (README rule 8). */
  configuration(path: ObjectPath): ConfigurationPlace | undefined;
  setting(path: ObjectPath): SettingTarget | undefined;
  /** The setting behind a boot source, whether or not it holds a place in the order now. */
  bootSource(path: ObjectPath): SettingTarget | undefined;
  /** An InstanceID text: of a VSSD. */
  configurationOfId(instanceId: string): ConfigurationPlace | undefined;
  /** An InstanceID text: of a setting below a VSSD. */
  settingOfId(instanceId: string): SettingTarget | undefined;
  /** What one HostResource means: a ResourceLink for a path of an object, else the text as it is. */
  resourceLink(text: string): ResourceLink;

  systemPath(system: VirtualSystem): ObjectPath;
  settingPath(ref: SettingRef): ObjectPath | undefined;
  bootSourcePath(ref: SettingRef): ObjectPath | undefined;
  /** Text of the path of what an error is about (jobs-and-errors §7). */
  sourceText(source: ErrorSource): string | null;
}
