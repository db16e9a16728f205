import type { ObjectPath } from '../../../cim/object-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { EthernetSwitch, Guid } from '../../../core/model.ts';
import type { HostPortRef } from '../../../core/requests.ts';
import type { Catalog } from '../../entity.ts';
import type { SwitchEntity, SwitchSettingEntity } from '../entities.ts';
import type { HostFeatureEntity, HostPortEntity } from '../switches/host-ports.ts';

/** What an InstanceID of a switch, of one of its ports to the host or of one of their features names. */
export interface SwitchTarget {
  readonly switch: EthernetSwitch;
  readonly port: Guid | null;
  readonly feature: Guid | null;
}

const PARTS = /^microsoft:([0-9a-f-]{36})((?:\\[0-9a-f-]{36}){0,3})$/i;

/** In any case, with single or doubled backslashes. Undefined: it names nothing of a switch that is there. */
export const switchTargetOfId = (graph: SystemGraph, instanceId: string): SwitchTarget | undefined => {
  const found = PARTS.exec(instanceId.replaceAll('\\\\', '\\'));
  const held = graph.switch(found?.[1] ?? '');
  if (found === null || held === undefined) return undefined;
  const parts = (found[2] ?? '').toUpperCase().split('\\').slice(1);
  const [first, second, third] = parts;
  if (first === undefined) return { switch: held, port: null, feature: null };
  // A switch's own feature: feature id and id; a port's: port, feature id and id.
  if (second !== undefined && third === undefined) {
    const feature = held.own?.features.find(({ id }) => id === second);
    return feature === undefined ? undefined : { switch: held, port: null, feature: second };
  }
  const port = held.own?.ports.find(({ id }) => id === first);
  if (port === undefined) return undefined;
  if (third === undefined) return { switch: held, port: first, feature: null };
  return port.features.some(({ id }) => id === third) ? { switch: held, port: first, feature: third } : undefined;
};

/** What a path names; undefined: nothing of a switch that is there, by its class, its keys and its namespace. */
export const switchTarget = (catalog: Catalog, path: ObjectPath): SwitchTarget | undefined => {
  const found = catalog.find(path);
  switch (found?.kind) {
    case 'switch':
    case 'switchSetting':
      return { switch: (found as SwitchEntity | SwitchSettingEntity).switch, port: null, feature: null };
    case 'hostPortSetting': {
      const { switch: held, port } = found as HostPortEntity;
      return { switch: held, port: port.id, feature: null };
    }
    case 'hostFeature':
    case 'ownSwitchFeature': {
      const { switch: held, port, feature } = found as HostFeatureEntity;
      return { switch: held, port: port?.id ?? null, feature: feature.id };
    }
    default:
      return undefined;
  }
};

/** @throws DomainError invalidParameter */
export const requireSwitchTarget = (catalog: Catalog, parameter: string, path: ObjectPath): SwitchTarget => {
  const found = switchTarget(catalog, path);
  if (found !== undefined) return found;
  throw new DomainError(
    'invalidParameter',
    `${parameter} names no virtual switch of this host, nor a port or feature of one. Read its path again; it may have been removed.`,
  );
};

/** A switch as a whole: a call about a port of it must not become one about all of them. @throws DomainError invalidParameter */
export const requireWhole = ({ switch: held, port, feature }: SwitchTarget, parameter: string): EthernetSwitch => {
  if (port === null && feature === null) return held;
  throw new DomainError(
    'invalidParameter',
    `${parameter} names a port or a feature of the switch '${held.name}'. Use the path of the switch, or of its settings.`,
  );
};

/** @throws DomainError invalidParameter */
export const requirePort = ({ port, feature }: SwitchTarget, parameter: string): Guid => {
  if (port !== null && feature === null) return port;
  throw new DomainError('invalidParameter', `${parameter} names no port of a switch to the host. Use the path of one.`);
};

/** @throws DomainError invalidParameter */
export const requireFeature = ({ feature }: SwitchTarget, parameter: string): Guid => {
  if (feature !== null) return feature;
  throw new DomainError('invalidParameter', `${parameter} names no feature of a switch or a port. Use that of one.`);
};

export const refOf = ({ switch: { id }, port }: SwitchTarget): HostPortRef => ({ switch: id, port });
