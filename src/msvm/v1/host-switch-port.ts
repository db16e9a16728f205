import { portPathOf, SWITCH_PORT } from './switch-port.ts';
import type { Projection } from '../projection.ts';
import { ListedSet } from '../v2/listed-set.ts';
import { type HostPortEntity, hostPortsOf } from '../v2/switches/host-ports.ts';

/** Ports of switches to the host, under the class of v1: the same ports that v2 shows (object-model §12). */
export const hostSwitchPorts = (projection: Projection): ListedSet<HostPortEntity> => {
  const keys = ({ switch: target, port }: HostPortEntity) =>
    Object.fromEntries(portPathOf(projection, target, port.id).keys ?? []);
  return new ListedSet<HostPortEntity>(projection, {
    kind: 'hostPort',
    className: SWITCH_PORT,
    entities: function* () {
      for (const one of projection.graph.switches()) yield* hostPortsOf('hostPort', one);
    },
    keys,
    instance: (entity) =>
      projection
        .shape(SWITCH_PORT, '', () => ({ EnabledState: 2, RequestedState: 12, Status: 'OK' }))
        .make({ ElementName: entity.port.name, AllowMacSpoofing: true, ...keys(entity) }),
  });
};
