import { foldNamespace } from '../../../cim/names.ts';
import { ObjectPath } from '../../../cim/object-path.ts';
import { classFits, kindRow } from '../../../core/devices/kinds.ts';
import type { ErrorSource } from '../../../core/errors.ts';
import type { ConfigurationPlace } from '../../../core/graph.ts';
import type { ResourceLink, VirtualSystem } from '../../../core/model.ts';
import type { SettingRef } from '../../../core/requests.ts';
import type { Projection } from '../../projection.ts';
import { BOOT_SOURCE } from '../settings/boot-source.ts';
import { SYSTEM_SETTING } from '../settings/system-setting.ts';
import type { References, SettingTarget } from './references.ts';

/**
 * References as methods read them: the class in a path must be one of the object's, and paths into the namespace of the
 * method mean the same objects as those into v2, where all settings are (object-model §13).
 */
export class ClassCheckedReferences implements References {
  readonly #inner: References;
  readonly #v2: Projection;
  readonly #home: Projection;

  /** `inner` and `v2` belong to root\virtualization\v2; `home` is the namespace of the method, perhaps the same. */
  constructor(inner: References, v2: Projection, home: Projection) {
    this.#inner = inner;
    this.#v2 = v2;
    this.#home = home;
  }

  system(path: ObjectPath): VirtualSystem | 'host' | undefined {
    return this.#inner.system(this.#inV2(path));
  }

  configuration(path: ObjectPath): ConfigurationPlace | undefined {
    if (path.key('Name') === undefined && !this.#isClass(SYSTEM_SETTING, path.className)) return undefined;
    return this.#inner.configuration(this.#inV2(path));
  }

  setting(path: ObjectPath): SettingTarget | undefined {
    const found = this.#inner.setting(this.#inV2(path));
    if (found === undefined) return undefined;
    const row = kindRow(found.setting.kind);
    return this.#isClass(row.settingClass, path.className) || classFits(path.className, row) ? found : undefined;
  }

  bootSource(path: ObjectPath): SettingTarget | undefined {
    return this.#isClass(BOOT_SOURCE, path.className) ? this.#inner.bootSource(this.#inV2(path)) : undefined;
  }

  configurationOfId(instanceId: string): ConfigurationPlace | undefined {
    return this.#inner.configurationOfId(instanceId);
  }

  settingOfId(instanceId: string): SettingTarget | undefined {
    return this.#inner.settingOfId(instanceId);
  }

  resourceLink(text: string): ResourceLink {
    return this.#inner.resourceLink(text);
  }

  systemPath(system: VirtualSystem): ObjectPath {
    const path = this.#inner.systemPath(system);
    return this.#home.has(path.className) ? inNamespace(path, this.#home) : path;
  }

  settingPath(ref: SettingRef): ObjectPath | undefined {
    return this.#inner.settingPath(ref);
  }

  bootSourcePath(ref: SettingRef): ObjectPath | undefined {
    return this.#inner.bootSourcePath(ref);
  }

  sourceText(source: ErrorSource): string | null {
    return this.#inner.sourceText(source);
  }

  /** Is an object of `className` also one of `asked`? */
  #isClass(className: string, asked: string): boolean {
    return this.#v2.namespace.class(className)?.isA(asked) ?? false;
  }

  #inV2(path: ObjectPath): ObjectPath {
    const { namespace } = path;
    return namespace !== null && foldNamespace(namespace) === foldNamespace(this.#home.namespace.name)
      ? inNamespace(path, this.#v2)
      : path;
  }
}

const inNamespace = (path: ObjectPath, projection: Projection): ObjectPath =>
  new ObjectPath(null, projection.namespace.name, path.className, path.keys, path.singleton);
