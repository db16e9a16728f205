import { DomainError } from '../../../core/errors.ts';
import type { EthernetSwitch } from '../../../core/model.ts';
import type { HostPortInput } from '../../../core/requests.ts';
import { newGuid, parseGuid } from '../../../core/systems/identifiers.ts';
import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { done, type MethodCall, type MethodRow, type MethodRows, type Outcome } from '../../v2/methods/method.ts';
import type { SettingTarget } from '../../v2/methods/references.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import type { SwitchEntity } from '../../v2/entities.ts';
import type { HostPortEntity } from '../../v2/switches/host-ports.ts';
import type { HostEndpointEntity } from '../host-ends.ts';
import type { LanEndpointEntity } from '../lan-endpoint.ts';
import { pendingPort, type PendingPortEntity, type PendingPorts } from '../pending-ports.ts';
import { connectedPort, type PortEntity, portPathOf } from '../switch-port.ts';
import { freePort } from './free-ports.ts';
import type { NetworkInputs } from './network-inputs.ts';
import { connectionOf, pluggedChange, plugIn } from './resources.ts';
import { requireDone, switchMakerMethods } from './switch-makers.ts';

const MAX_NAME = 256;
const ACTIVE_CONNECTION = 'Msvm_ActiveConnection';

type AnyPort = PortEntity | PendingPortEntity;

export interface SwitchParts {
  readonly services: MethodServices;
  readonly home: Projection;
  readonly catalog: Catalog;
  readonly ports: PendingPorts;
  readonly inputs: NetworkInputs;
}

const unknown = (parameter: string, what: string): DomainError =>
  new DomainError('invalidParameter', `${parameter} names no ${what} of this host. Read its path again.`);

/** Msvm_VirtualSwitchManagementService as far as machines need it: ports and what is plugged into them (object-model §12). */
export const virtualSwitchMethods = ({ services, home, catalog, ports, inputs }: SwitchParts): MethodRows => {
  const find = (call: MethodCall, parameter: string, ...kinds: readonly string[]) => {
    const found = catalog.find(call.args.requiredReference(parameter));
    return found !== undefined && kinds.includes(found.kind) ? found : undefined;
  };

  const switchOf = (call: MethodCall): EthernetSwitch => {
    const found = find(call, 'VirtualSwitch', 'switch');
    if (found === undefined) throw unknown('VirtualSwitch', 'virtual switch');
    return (found as SwitchEntity).switch;
  };

  const portOf = (call: MethodCall): AnyPort => {
    const found = find(call, 'SwitchPort', 'virtualSwitchPort', 'pendingPort');
    if (found === undefined) throw unknown('SwitchPort', 'switch port');
    return found as AnyPort;
  };

  /** A new port has the name that the client gives, which is a GUID in v1, or one of ours. */
  const idOf = (name: string | null, target: EthernetSwitch) => {
    const id = name === null || name === '' ? newGuid() : parseGuid(name);
    if (id === null) throw new DomainError('invalidParameter', 'Name of a switch port is no GUID. Give one, or none.');
    if (catalog.find(portPathOf(home, target, id)) !== undefined || ports.find(id) !== undefined)
      throw new DomainError('invalidParameter', `There is a switch port ${id} already. Give another Name.`);
    return id;
  };

  const create: MethodRow = {
    right: 'administer',
    jobType: null,
    out: ['CreatedSwitchPort'],
    run: async (call) => {
      const target = switchOf(call);
      const name = call.args.text('FriendlyName') ?? '';
      if (name.length > MAX_NAME)
        throw new DomainError('invalidParameter', `FriendlyName is longer than ${MAX_NAME} characters. Shorten it.`);
      const port = ports.add(idOf(call.args.text('Name'), target), target, name);
      return done({ CreatedSwitchPort: catalog.path(port) });
    },
  };

  const change = (run: (call: MethodCall, port: AnyPort) => Promise<void>): MethodRow => ({
    right: 'administer',
    jobType: null,
    out: [],
    run: async (call) => {
      await run(call, portOf(call));
      return done();
    },
  });

  const plug = async (call: MethodCall, port: PortEntity, plugged: boolean): Promise<void> => {
    const target = { configuration: port.place.configuration.id, part: port.setting.part };
    await services.operations.modifyResources(call.request, [pluggedChange(target, plugged)]);
  };

  /** A port and an end of the host, both made before, become a port of the switch to the host. */
  const connectHost = async (call: MethodCall, host: HostEndpointEntity): Promise<Outcome> => {
    if (host.held !== null)
      throw new DomainError(
        'invalidState',
        `It is plugged into the switch '${host.held.switch.name}' already. Use DisconnectSwitchPort on that port first.`,
      );
    const port = find(call, 'SwitchPort', 'pendingPort') as PendingPortEntity | undefined;
    if (port === undefined)
      throw new DomainError('invalidParameter', 'SwitchPort is not free. Make one with CreateSwitchPort.');
    const { end } = host;
    const input: HostPortInput =
      end.kind === 'adapter'
        ? { id: port.id, values: { HostResource: [`external:${end.adapter.device}`], ElementName: port.name } }
        : {
            id: port.id,
            end: end.id,
            values: {
              HostResource: ['host:'],
              ElementName: end.name === '' ? port.name : end.name,
              ...(end.mac === null ? {} : { Address: end.mac }),
            },
          };
    const { job } = await services.switches.addPorts(call.request, port.switch.id, [input]);
    requireDone(job);
    ports.take(port.id);
    if (end.kind === 'internal') ports.internals.remove(end.id);
    const connection = home.path(ACTIVE_CONNECTION, {
      Antecedent: portPathOf(home, port.switch, port.id),
      Dependent: catalog.path(host),
    });
    return done({ ActiveConnection: connection });
  };

  const connect: MethodRow = {
    right: 'administer',
    jobType: null,
    out: ['ActiveConnection'],
    run: async (call) => {
      const host = find(call, 'LANEndpoint', 'hostEndpoint') as HostEndpointEntity | undefined;
      if (host !== undefined) return connectHost(call, host);
      const port = portOf(call);
      const endpoint = find(call, 'LANEndpoint', 'lanEndpoint') as LanEndpointEntity | undefined;
      if (endpoint === undefined) throw unknown('LANEndpoint', 'endpoint of a running virtual machine');
      const { system, adapter } = endpoint;
      const place = { system, configuration: system.active, snapshot: null };
      if (connectedPort(home, place, adapter) !== null)
        throw new DomainError(
          'invalidState',
          'The adapter is plugged into a switch port already. Use DisconnectSwitchPort on that one first.',
        );
      if (port.kind === 'virtualSwitchPort' && port.setting.parent === adapter.part) await plug(call, port, true);
      else {
        const free = freePort(port);
        if (free === null)
          throw new DomainError(
            'invalidParameter',
            'SwitchPort belongs to another adapter. Make one with CreateSwitchPort.',
          );
        const target: SettingTarget = {
          place,
          setting: adapter,
          ref: { configuration: system.active.id, part: adapter.part },
        };
        const replug = { target, port: free, held: connectionOf(target) };
        await inputs.taking(call.request, [free], () => plugIn(services, inputs, call.request, replug));
      }
      const connection = home.path(ACTIVE_CONNECTION, {
        Antecedent: catalog.path(port),
        Dependent: catalog.path(endpoint),
      });
      return done({ ActiveConnection: connection });
    },
  };

  const removed = change(async (call, port) => {
    if (port.kind === 'pendingPort') ports.take(port.id);
    else {
      const { configuration } = port.place;
      await services.operations.removeResources(call.request, [
        { configuration: configuration.id, part: port.setting.part },
      ]);
    }
  });

  /** Ports to the host are the switch's own, those of machines are settings of theirs. */
  const deletePort: MethodRow = {
    ...removed,
    run: async (call) => {
      const host = find(call, 'SwitchPort', 'hostPort') as HostPortEntity | undefined;
      if (host === undefined) return removed.run(call);
      requireDone(await services.switches.removePorts(call.request, host.switch.id, [host.port.id]));
      return done();
    },
  };

  const unplugged = change(async (call, port) => {
    if (port.kind === 'virtualSwitchPort') await plug(call, port, false);
  });

  /** Port and end are what they were before they met. */
  const disconnect: MethodRow = {
    ...unplugged,
    run: async (call) => {
      const host = find(call, 'SwitchPort', 'hostPort') as HostPortEntity | undefined;
      if (host === undefined) return unplugged.run(call);
      const { switch: target, port } = host;
      requireDone(await services.switches.removePorts(call.request, target.id, [port.id]));
      ports.putBack(pendingPort(port.id, target, port.name));
      if (port.kind === 'internal')
        ports.internals.putBack({ id: port.end ?? port.id, name: port.name, mac: port.mac });
      return done();
    },
  };

  return {
    CreateSwitchPort: create,
    DeleteSwitchPort: deletePort,
    ConnectSwitchPort: connect,
    DisconnectSwitchPort: disconnect,
    ...switchMakerMethods({ services, catalog, ports }),
  };
};
