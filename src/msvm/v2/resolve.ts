import { fold, foldNamespace } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { tryParsePath } from '../../cim/path/parse-path.ts';
import { findDevice } from '../../core/devices/effective.ts';
import { kindRow } from '../../core/devices/kinds.ts';
import type { ConfigurationPlace } from '../../core/graph.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { ResourceLink, VirtualSystem } from '../../core/model.ts';
import type { SettingRef } from '../../core/requests.ts';
import { shownId } from '../../core/systems/shown-id.ts';
import type { Projection } from '../projection.ts';
import type { References, SettingTarget } from './methods/references.ts';
import { bootSourcePath } from './settings/boot-source.ts';
import { parseInstanceId } from './settings/instance-id.ts';
import { activePlace } from './settings/places.ts';
import { parseResourceLink, renderResourceLink } from './settings/resource-link.ts';
import { settingPath } from './settings/setting.ts';
import { systemSettingPath } from './settings/system-setting.ts';
import { COMPUTER_SYSTEM, PLANNED_COMPUTER_SYSTEM, systemPath } from './systems/computer-system.ts';

const ANY_COMPUTER_SYSTEM = 'cim_computersystem';
const BOOT_SOURCE_SUFFIX = /\\B$/i;

/**
 * Object paths of clients to things of the domain, and back. Paths come as text in any spelling that clients use (README
 * rules 7, 8, 10) or parsed. Nothing here throws: undefined means "names nothing that this namespace shows".
 */
export class Resolver implements References {
  readonly #projection: Projection;

  constructor(projection: Projection) {
    this.#projection = projection;
  }

  /** A machine or plan, or the host, by the path of its computer system. */
  system(path: ObjectPath | string): VirtualSystem | 'host' | undefined {
    const parsed = this.#parse(path);
    const name = parsed?.key('Name');
    if (parsed === undefined || typeof name !== 'string') return undefined;
    const className = fold(parsed.className);
    if (!isComputerSystem(className)) return undefined;
    if (className !== fold(PLANNED_COMPUTER_SYSTEM) && fold(name) === fold(this.#projection.hostName)) return 'host';
    const { graph } = this.#projection;
    if (className === fold(PLANNED_COMPUTER_SYSTEM)) return graph.plan(name);
    const system = graph.system(name.toUpperCase());
    if (system === undefined || className === ANY_COMPUTER_SYSTEM) return system;
    return system.kind === 'planned' ? undefined : system;
  }

  /** A configuration by its VSSD, or the active one of a machine or plan (README rule 8). */
  configuration(path: ObjectPath | string): ConfigurationPlace | undefined {
    const parsed = this.#parse(path);
    if (parsed === undefined) return undefined;
    if (isComputerSystem(fold(parsed.className))) {
      const system = this.system(parsed);
      return system === undefined || system === 'host' ? undefined : activePlace(system);
    }
    const id = parsed.key('InstanceID');
    return typeof id === 'string' ? this.configurationOfId(id) : undefined;
  }

  configurationOfId(instanceId: string): ConfigurationPlace | undefined {
    const id = parseInstanceId(instanceId);
    return id === null || id.part !== null ? undefined : this.#projection.graph.configuration(id.configuration);
  }

  setting(path: ObjectPath | string): SettingTarget | undefined {
    const id = this.#parse(path)?.key('InstanceID');
    return typeof id === 'string' ? this.settingOfId(id) : undefined;
  }

  settingOfId(instanceId: string): SettingTarget | undefined {
    const id = parseInstanceId(instanceId);
    if (id === null || id.part === null) return undefined;
    const place = this.#projection.graph.configuration(id.configuration);
    const setting = place === undefined ? undefined : findDevice(place.configuration, id.part);
    if (place === undefined || setting === undefined) return undefined;
    return { place, setting, ref: { configuration: id.configuration, part: setting.part } };
  }

  /** The setting that a boot source stands for; os-win writes these paths in upper case (object-model §9). */
  bootSource(path: ObjectPath | string): SettingTarget | undefined {
    const id = this.#parse(path)?.key('InstanceID');
    if (typeof id !== 'string' || !BOOT_SOURCE_SUFFIX.test(id)) return undefined;
    return this.settingOfId(id.replace(BOOT_SOURCE_SUFFIX, ''));
  }

  resourceLink(text: string): ResourceLink {
    return parseResourceLink(this.#projection, text);
  }

  renderResourceLink(link: ResourceLink): string {
    return renderResourceLink(this.#projection, link);
  }

  systemPath(system: VirtualSystem): ObjectPath {
    const className = system.kind === 'planned' ? PLANNED_COMPUTER_SYSTEM : COMPUTER_SYSTEM;
    return systemPath(this.#projection, className, shownId(system));
  }

  configurationPath(place: ConfigurationPlace): ObjectPath {
    return systemSettingPath(this.#projection, place.configuration.id);
  }

  settingPath(ref: SettingRef): ObjectPath | undefined {
    const target = this.#target(ref);
    return target === undefined
      ? undefined
      : settingPath(this.#projection, kindRow(target.setting.kind), target.place, target.setting.part);
  }

  bootSourcePath(ref: SettingRef): ObjectPath | undefined {
    const target = this.#target(ref);
    return target === undefined ? undefined : bootSourcePath(this.#projection, target.place, target.setting.part);
  }

  jobPath(job: Job): ObjectPath {
    return this.#projection.path(job.className, { InstanceID: job.id });
  }

  /** Text of the path of what an error is about (jobs-and-errors §7): the setting, else its VSSD, else the system. */
  sourceText(source: {
    readonly system: string | null;
    readonly configuration: string | null;
    readonly part: string | null;
  }): string | null {
    const path = this.#sourcePath(source.system, source.configuration, source.part);
    return path === undefined ? null : this.#projection.text(path);
  }

  #sourcePath(systemId: string | null, configuration: string | null, part: string | null): ObjectPath | undefined {
    if (configuration !== null && part !== null) {
      const setting = this.settingPath({ configuration, part });
      if (setting !== undefined) return setting;
    }
    const place = configuration === null ? undefined : this.#projection.graph.configuration(configuration);
    if (place !== undefined) return this.configurationPath(place);
    const system = systemId === null ? undefined : this.#projection.graph.system(systemId);
    return system === undefined ? undefined : this.systemPath(system);
  }

  #target(ref: SettingRef): SettingTarget | undefined {
    const place = this.#projection.graph.configuration(ref.configuration);
    const setting = place === undefined ? undefined : findDevice(place.configuration, ref.part);
    return place === undefined || setting === undefined ? undefined : { place, setting, ref };
  }

  /** Undefined for text that is no path, for a class path, and for a path into another namespace. */
  #parse(path: ObjectPath | string): ObjectPath | undefined {
    const parsed = typeof path === 'string' ? tryParsePath(path) : path;
    if (parsed === undefined || parsed.keys === null) return undefined;
    const elsewhere =
      parsed.namespace !== null && foldNamespace(parsed.namespace) !== foldNamespace(this.#projection.namespace.name);
    return elsewhere ? undefined : parsed;
  }
}

const isComputerSystem = (folded: string): boolean =>
  folded === fold(COMPUTER_SYSTEM) || folded === fold(PLANNED_COMPUTER_SYSTEM) || folded === ANY_COMPUTER_SYSTEM;
