import type { ObjectPath } from '../../../cim/object-path.ts';
import { findDevice } from '../../../core/devices/effective.ts';
import type { ErrorSource } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { ResourceLink, VirtualSystem } from '../../../core/model.ts';
import type { SettingRef } from '../../../core/requests.ts';
import type { Projection } from '../../projection.ts';
import type { References, SettingTarget } from '../../v2/methods/references.ts';
import { configurationInstanceId, parseInstanceId } from '../../v2/settings/instance-id.ts';
import { activePlace } from '../../v2/settings/places.ts';
import { settingPath } from '../../v2/settings/setting.ts';
import { SYSTEM_SETTING, systemSettingPath } from '../../v2/settings/system-setting.ts';
import { v1Row } from '../kinds.ts';
import { GLOBAL_SETTING, isGlobalPart } from '../system-setting.ts';

/** References of v1: what it shows, under its classes. Global settings stand for the settings of their machine. */
export class V1References implements References {
  readonly #inner: References;
  readonly #home: Projection;

  /** `inner` knows the paths of `home`, root\virtualization. */
  constructor(inner: References, home: Projection) {
    this.#inner = inner;
    this.#home = home;
  }

  system(path: ObjectPath): VirtualSystem | 'host' | undefined {
    const found = this.#inner.system(path);
    return found === undefined || found === 'host' || this.#home.shows(found) ? found : undefined;
  }

  configuration(path: ObjectPath): ConfigurationPlace | undefined {
    const global = this.#globalOf(path);
    return this.#shown(global ?? this.#inner.configuration(path));
  }

  setting(path: ObjectPath): SettingTarget | undefined {
    return this.#shownSetting(this.#inner.setting(path));
  }

  /** There is none in v1. */
  bootSource(): undefined {
    return undefined;
  }

  configurationOfId(instanceId: string): ConfigurationPlace | undefined {
    const id = parseInstanceId(instanceId);
    const text = id !== null && isGlobalPart(id.part) ? configurationInstanceId(id.configuration) : instanceId;
    return this.#shown(this.#inner.configurationOfId(text));
  }

  settingOfId(instanceId: string): SettingTarget | undefined {
    return this.#shownSetting(this.#inner.settingOfId(instanceId));
  }

  resourceLink(text: string): ResourceLink {
    return this.#inner.resourceLink(text);
  }

  systemPath(system: VirtualSystem): ObjectPath {
    return this.#inner.systemPath(system);
  }

  settingPath(ref: SettingRef): ObjectPath | undefined {
    const place = this.#home.graph.configuration(ref.configuration);
    const setting = place === undefined ? undefined : findDevice(place.configuration, ref.part);
    const row = setting === undefined ? undefined : v1Row(setting.kind);
    return place === undefined || setting === undefined || row === undefined
      ? undefined
      : settingPath(this.#home, row, place, setting.part);
  }

  bootSourcePath(): undefined {
    return undefined;
  }

  sourceText(source: ErrorSource): string | null {
    const path = this.#sourcePath(source);
    return path === undefined ? null : this.#home.text(path);
  }

  #sourcePath({ system, configuration, part }: ErrorSource): ObjectPath | undefined {
    if (configuration !== null && part !== null) {
      const setting = this.settingPath({ configuration, part });
      if (setting !== undefined) return setting;
    }
    const place = configuration === null ? undefined : this.#shown(this.#home.graph.configuration(configuration));
    if (place !== undefined) return systemSettingPath(this.#home, place.configuration.id);
    const found = system === null ? undefined : this.#home.graph.system(system);
    return found !== undefined && this.#home.shows(found) ? this.systemPath(found) : undefined;
  }

  #globalOf(path: ObjectPath): ConfigurationPlace | undefined {
    const id = path.key('InstanceID');
    const parsed = typeof id === 'string' ? parseInstanceId(id) : null;
    if (parsed === null || !isGlobalPart(parsed.part)) return undefined;
    const fits = this.#home.class(GLOBAL_SETTING).isA(path.className) || path.className === SYSTEM_SETTING;
    const system = fits ? this.#home.graph.system(parsed.configuration) : undefined;
    return system === undefined ? undefined : activePlace(system);
  }

  #shown(place: ConfigurationPlace | undefined): ConfigurationPlace | undefined {
    return place !== undefined && this.#home.shows(place.system) ? place : undefined;
  }

  #shownSetting(target: SettingTarget | undefined): SettingTarget | undefined {
    return target !== undefined && this.#home.shows(target.place.system) && v1Row(target.setting.kind) !== undefined
      ? target
      : undefined;
  }
}
