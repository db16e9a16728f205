import { DomainError } from '../../../core/errors.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { EthernetSwitch, Guid } from '../../../core/model.ts';
import type { HostPortInput } from '../../../core/requests.ts';
import { noMacAddress, normaliseMac } from '../../../core/systems/resources/device-rules.ts';
import { newGuid, parseGuid } from '../../../core/systems/identifiers.ts';
import { checkName } from '../../../core/systems/value-checks.ts';
import type { Catalog, Entity } from '../../entity.ts';
import type { SwitchEntity } from '../../v2/entities.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from '../../v2/methods/method.ts';
import type { MethodServices } from '../../v2/methods/services.ts';
import type { HostAdapterEntity } from '../../v2/switches/host-adapter.ts';
import type { HostPortEntity } from '../../v2/switches/host-ports.ts';
import { switchEntity } from '../../v2/switches/switch.ts';
import { type PendingInternalEntity, pendingInternalEntity } from '../host-ends.ts';
import type { PendingPortEntity, PendingPorts } from '../pending-ports.ts';

/** JobType of what answers with a job (jobs-and-errors §4). */
const ADD_JOB = 133;
const REMOVE_JOB = 135;
const COMPLETED = 7;

interface Parts {
  readonly services: MethodServices;
  readonly catalog: Catalog;
  readonly ports: PendingPorts;
}

/** v1 waits for the work and answers with its end. @throws DomainError failed */
export const requireDone = (job: Job): void => {
  if (job.state === COMPLETED) return;
  throw new DomainError('failed', job.errorDescription ?? 'The change of the switch failed.');
};

/** Msvm_VirtualSwitchManagementService as far as switches themselves are concerned, over the operations of v2 (object-model §12). */
export const switchMakerMethods = ({ services, catalog, ports }: Parts): MethodRows => {
  const { graph, switches } = services;

  const find = (call: MethodCall, parameter: string, what: string, kind: string): Entity => {
    const found = catalog.find(call.args.requiredReference(parameter));
    if (found?.kind === kind) return found;
    throw new DomainError('invalidParameter', `${parameter} names no ${what} of this host. Read its path again.`);
  };

  const adapterOf = (call: MethodCall): string =>
    (find(call, 'ExternalEthernetPort', 'network adapter', 'hostAdapter') as HostAdapterEntity).adapter.device;

  const holderOf = (device: string): EthernetSwitch | undefined =>
    [...graph.switches()].find((one) => one.own?.ports.some((port) => port.adapter === device));

  const internalOf = (call: MethodCall): HostPortEntity =>
    find(call, 'InternalEthernetPort', 'internal port', 'internalPort') as HostPortEntity;

  const create: MethodRow = {
    right: 'administer',
    jobType: null,
    out: ['CreatedVirtualSwitch'],
    run: async ({ request, args }) => {
      const name = args.text('Name') ?? '';
      const id = name === '' ? null : parseGuid(name);
      if (name !== '' && id === null)
        throw new DomainError('invalidParameter', 'Name of a switch is no GUID. Give one, or none.');
      const learnable = args.integer('NumLearnableAddresses');
      const { job, made } = await switches.define(request, {
        values: {
          ElementName: args.text('FriendlyName') ?? '',
          ...(learnable === null || learnable === 0 ? {} : { MaxNumMACAddress: learnable }),
        },
        ports: [],
        ...(id === null ? {} : { id }),
      });
      requireDone(job);
      const held = graph.switch(made);
      return done(held === undefined ? {} : { CreatedVirtualSwitch: catalog.path(switchEntity(held)) });
    },
  };

  const remove: MethodRow = {
    right: 'administer',
    jobType: null,
    out: [],
    run: async (call) => {
      const { switch: held } = find(call, 'VirtualSwitch', 'virtual switch', 'switch') as SwitchEntity;
      requireDone(await switches.destroy(call.request, held.id));
      return done();
    },
  };

  const setup: MethodRow = {
    right: 'administer',
    jobType: ADD_JOB,
    out: [],
    run: async (call) => {
      const pending = (name: string): PendingPortEntity =>
        find(call, name, 'switch port that is free', 'pendingPort') as PendingPortEntity;
      const [outside, inside] = [pending('ExternalSwitchPort'), pending('InternalSwitchPort')];
      if (outside.id === inside.id || outside.switch.id !== inside.switch.id)
        throw new DomainError(
          'invalidParameter',
          'ExternalSwitchPort and InternalSwitchPort must be two ports of one switch. Make both with CreateSwitchPort.',
        );
      const friendly = call.args.text('InternalEthernetPortFriendlyName') ?? '';
      const inputs: readonly HostPortInput[] = [
        { id: outside.id, values: { HostResource: [`external:${adapterOf(call)}`], ElementName: outside.name } },
        { id: inside.id, values: { HostResource: ['host:'], ElementName: friendly === '' ? inside.name : friendly } },
      ];
      const { job } = await switches.addPorts(call.request, outside.switch.id, inputs);
      requireDone(job);
      for (const { id } of [outside, inside]) ports.take(id);
      return done({}, [{ element: { kind: 'switch', id: outside.switch.id }, effect: 0 }]);
    },
  };

  const removePorts = async (call: MethodCall, held: EthernetSwitch, ids: readonly Guid[]): Promise<void> =>
    requireDone(await switches.removePorts(call.request, held.id, ids));

  const teardown: MethodRow = {
    right: 'administer',
    jobType: REMOVE_JOB,
    out: [],
    run: async (call) => {
      const device = adapterOf(call);
      const { switch: held, port: inside } = internalOf(call);
      const outside = held.own?.ports.find((port) => port.adapter === device);
      if (outside === undefined)
        throw new DomainError(
          'invalidParameter',
          'ExternalEthernetPort and InternalEthernetPort belong to different switches. Give those of one.',
        );
      await removePorts(call, held, [outside.id, inside.id]);
      return done({}, [{ element: { kind: 'switch', id: held.id }, effect: 0 }]);
    },
  };

  /** An adapter is bound while it is a port of a switch: there is nothing to do before, and nothing is left after. */
  const bind: MethodRow = {
    right: 'administer',
    jobType: null,
    out: [],
    run: async (call) => {
      adapterOf(call);
      return done();
    },
  };

  const unbind: MethodRow = {
    ...bind,
    run: async (call) => {
      const held = holderOf(adapterOf(call));
      if (held === undefined) return done();
      throw new DomainError(
        'inUse',
        `The network adapter is a port of the switch '${held.name}'. Take it from there first, with TeardownSwitch or DeleteSwitchPort.`,
      );
    },
  };

  /** Its place on a switch comes with ConnectSwitchPort, by its endpoint. */
  const createInternal = (macOf: (call: MethodCall) => string | null): MethodRow => ({
    right: 'administer',
    jobType: null,
    out: ['CreatedInternalEthernetPort'],
    run: async (call) => {
      const given = call.args.text('Name') ?? '';
      const id = given === '' ? newGuid() : parseGuid(given);
      if (id === null)
        throw new DomainError('invalidParameter', 'Name of an internal port is no GUID. Give one, or none.');
      const name = call.args.text('FriendlyName') ?? '';
      checkName(name);
      const end = { id, name, mac: macOf(call) };
      const path = catalog.path(pendingInternalEntity(end));
      if (catalog.find(path) !== undefined)
        throw new DomainError('invalidParameter', `There is an internal port ${id} already. Give another Name.`);
      ports.internals.add(end);
      return done({ CreatedInternalEthernetPort: path });
    },
  });

  const givenMac = (call: MethodCall): string => {
    const text = call.args.requiredText('MacAddress');
    const mac = normaliseMac(text);
    if (mac === null) throw noMacAddress(text);
    return mac;
  };

  const deleteInternal: MethodRow = {
    ...bind,
    run: async (call) => {
      const waiting = catalog.find(call.args.requiredReference('InternalEthernetPort'));
      if (waiting?.kind === 'pendingInternal') {
        ports.internals.remove((waiting as PendingInternalEntity).end.id);
        return done();
      }
      const { switch: held, port } = internalOf(call);
      await removePorts(call, held, [port.id]);
      return done();
    },
  };

  return {
    CreateSwitch: create,
    DeleteSwitch: remove,
    SetupSwitch: setup,
    TeardownSwitch: teardown,
    BindExternalEthernetPort: bind,
    UnbindExternalEthernetPort: unbind,
    DeleteInternalEthernetPort: deleteInternal,
    CreateInternalEthernetPort: createInternal(givenMac),
    CreateInternalEthernetPortDynamicMac: createInternal(() => null),
  };
};
