import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { EthernetSwitch, Guid } from '../../../core/model.ts';
import type { HostPortRef } from '../../../core/requests.ts';
import { SWITCH } from '../switches/switch.ts';

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

export const switchTarget = (graph: SystemGraph, path: ObjectPath): SwitchTarget | undefined => {
  if (fold(path.className) === fold(SWITCH)) {
    const name = path.key('Name');
    const held = typeof name === 'string' ? graph.switch(name) : undefined;
    return held === undefined ? undefined : { switch: held, port: null, feature: null };
  }
  const id = path.key('InstanceID');
  return typeof id === 'string' ? switchTargetOfId(graph, id) : undefined;
};

/** @throws DomainError invalidParameter */
export const requireSwitchTarget = (graph: SystemGraph, parameter: string, path: ObjectPath): SwitchTarget => {
  const found = switchTarget(graph, path);
  if (found !== undefined) return found;
  throw new DomainError(
    'invalidParameter',
    `${parameter} names no virtual switch of this host, nor a port or feature of one. Read its path again; it may have been removed.`,
  );
};

export const refOf = ({ switch: { id }, port }: SwitchTarget): HostPortRef => ({ switch: id, port });
