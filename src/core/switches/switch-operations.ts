import { DomainError } from '../errors.ts';
import type { AffectedElement, Job } from '../jobs/job.ts';
import type { EthernetSwitch, Guid, HostPort, OwnSwitch, SettingValues } from '../model.ts';
import type { FeatureInput, HostPortRef, RequestContext, SwitchOperations } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { FeatureSet } from './feature-set.ts';
import { rewireMachines } from './rewire.ts';
import { changedHostPort, newHostPort, withSwitchSettings } from './switch-input.ts';
import { type SwitchChange, SWITCH_WORKS, switchJob, type SwitchWork } from './switch-job.ts';
import { kindOfPorts } from '../networks/switch-kind.ts';
import { bridgeName } from '../networks/switch-network.ts';
import { storeSwitch } from '../networks/switch-record.ts';

/** One change of switches at a time: an adapter of the host can be a port of one of them only. */
const TURN = 'switches';
const COMPLETED = 7;

/** The operations of requests.ts; their jobs are registered, so that a restart finds them. */
export const switchOperations = (context: SystemsContext): SwitchOperations => {
  const definitions = new Map(SWITCH_WORKS.map((work) => [work, switchJob(context, work)]));
  for (const definition of definitions.values()) context.jobs.register(definition);

  /** Works out the change in the turn, and keeps the turn until its job has ended. */
  const change = async <T>(
    request: RequestContext,
    work: SwitchWork,
    decide: () => Promise<SwitchChange & { readonly made: T }>,
  ): Promise<{ readonly job: Job; readonly made: T }> =>
    context.turns.run(TURN, async () => {
      requireSwitches(context);
      context.graph.setHostAdapters(await context.network.adapters());
      const { before, after, made } = await decide();
      const definition = definitions.get(work);
      const id = (after ?? before)?.id;
      if (definition === undefined || id === undefined) throw new Error('a change of no switch');
      const affected: AffectedElement = { element: { kind: 'switch', id }, effect: before === null ? CREATED : 0 };
      const begun = await context.jobs.submit(request, definition, { before, after }, [affected]);
      const job = (await context.jobs.ended(begun.id)) ?? begun;
      if (job.state === COMPLETED) {
        context.graph.setHostAdapters(await context.network.adapters());
        await rewireMachines(context, id);
      }
      return { job, made };
    });

  const withPorts = async (
    request: RequestContext,
    work: SwitchWork,
    id: Guid,
    edit: (
      own: OwnSwitch,
      held: EthernetSwitch,
    ) => { readonly ports: readonly HostPort[]; readonly made: readonly Guid[] },
  ): Promise<{ readonly job: Job; readonly made: readonly Guid[] }> =>
    change(request, work, async () => {
      const before = requireOwn(context, id);
      const { ports, made } = edit(before.own, before);
      const after = { ...before, kind: kindOfPorts(ports), own: { ...before.own, ports } };
      checkPorts(context, after);
      return { before, after, made };
    });

  const features = new FeatureSet(context, (request, work, id, own) =>
    change(request, work, async () => {
      const before = requireOwn(context, id);
      return { before, after: { ...before, own: own(before.own) }, made: null };
    }),
  );

  return {
    define: (request, input) =>
      change(request, 'define', async () => {
        const { name, notes, values } = withSwitchSettings({ name: '', notes: '', values: {} }, input.values);
        const id = input.id ?? newGuid();
        if (context.graph.switch(id) !== undefined)
          throw invalid(`There is a switch ${id} already. Give another identifier.`);
        const ports = input.ports.map((port) => newHostPort(port, name));
        const own: OwnSwitch = { createdAt: context.clock.now(), values, ports, features: [] };
        const after: EthernetSwitch = { id, name, notes, kind: kindOfPorts(ports), bridge: bridgeName(id), own };
        checkPorts(context, after);
        return { before: null, after, made: id };
      }),
    destroy: async (request, id) => {
      const { job } = await change(request, 'destroy', async () => {
        const before = requireOwn(context, id);
        return { before, after: null, made: null };
      });
      return job;
    },
    modify: async (request, id, given) => {
      const held = requireSwitch(context, id);
      if (held.own === undefined) {
        await renameFound(context, held, given);
        return null;
      }
      const { job } = await change(request, 'modify', async () => {
        const before = requireOwn(context, id);
        const { name, notes, values } = withSwitchSettings({ ...before, values: before.own.values }, given);
        return { before, after: { ...before, name, notes, own: { ...before.own, values } }, made: null };
      });
      return job;
    },
    addPorts: (request, id, inputs) =>
      withPorts(request, 'add', id, (own, held) => {
        const added = inputs.map((input) => newHostPort(input, held.name));
        return { ports: [...own.ports, ...added], made: added.map((port) => port.id) };
      }),
    modifyPorts: (request, id, changes) =>
      withPorts(request, 'modifyPorts', id, (own) => ({
        ports: own.ports.map((port) => {
          const wanted = changes.find((one) => one.port === port.id);
          return wanted === undefined ? port : changedHostPort(port, wanted.values);
        }),
        made: requirePorts(
          own,
          changes.map((one) => one.port),
        ),
      })),
    removePorts: async (request, id, ports) => {
      const { job } = await withPorts(request, 'remove', id, (own) => {
        requirePorts(own, ports);
        return { ports: own.ports.filter((port) => !ports.includes(port.id)), made: [] };
      });
      return job;
    },
    addFeatures: (request, ref: HostPortRef, inputs: readonly FeatureInput[]) => features.add(request, ref, inputs),
    modifyFeatures: (request, ref, changes) => features.modify(request, ref, changes),
    removeFeatures: (request, ref, ids) => features.remove(request, ref, ids),
  };
};

const CREATED = 5;

const requireSwitches = ({ network }: Pick<SystemsContext, 'network'>): void => {
  const reason = network.lacks('switches');
  if (reason !== null) throw new DomainError('notSupported', reason);
};

const requireSwitch = ({ graph }: Pick<SystemsContext, 'graph'>, id: Guid): EthernetSwitch => {
  const held = graph.switch(id);
  if (held === undefined)
    throw invalid('There is no such switch on this host. Read its path again; it may have been removed.');
  return held;
};

const requireOwn = (context: Pick<SystemsContext, 'graph'>, id: Guid): EthernetSwitch & { readonly own: OwnSwitch } => {
  const held = requireSwitch(context, id);
  const { own } = held;
  if (own !== undefined) return { ...held, own };
  throw new DomainError(
    'notSupported',
    held.kind === 'nat'
      ? `The switch ${quote(held.name)} is always there and has no ports to change. Define a switch of your own.`
      : `The switch ${quote(held.name)} is a bridge of this host that the service did not make. Change it with the host's own tools.`,
  );
};

const requirePorts = (own: OwnSwitch, ports: readonly Guid[]): readonly Guid[] => {
  for (const id of ports)
    if (own.ports.every((port) => port.id !== id))
      throw invalid('The switch has no such port. Read its ports again; it may have been removed.');
  return ports;
};

/** One port of each kind; the adapter is there and no other switch has it. */
const checkPorts = (context: Pick<SystemsContext, 'graph'>, { id, own }: EthernetSwitch): void => {
  const ports = own?.ports ?? [];
  for (const kind of ['external', 'internal'] as const)
    if (ports.filter((port) => port.kind === kind).length > 1)
      throw invalid(`A switch has at most one ${kind} port. Change the one that it has.`);
  const adapter = ports.find((port) => port.kind === 'external')?.adapter;
  if (adapter === undefined || adapter === null) return;
  if (context.graph.hostAdapters().every((one) => one.device !== adapter))
    throw invalid(`The host has no network adapter ${quote(adapter)}. Give the path of a Msvm_ExternalEthernetPort.`);
  for (const other of context.graph.switches()) {
    if (other.id === id || other.own?.ports.every((port) => port.adapter !== adapter) !== false) continue;
    throw new DomainError(
      'inUse',
      `The network adapter ${quote(adapter)} is a port of the switch ${quote(other.name)} already. Take it from there first.`,
    );
  }
};

/** The NAT switch and bridges of the host have a name and notes for their clients, and nothing else that is ours. */
const renameFound = async (context: SystemsContext, found: EthernetSwitch, given: SettingValues): Promise<void> =>
  context.turns.run(TURN, async () => {
    const before = requireSwitch(context, found.id);
    const { name, notes } = withSwitchSettings({ ...before, values: {} }, given);
    if (name === before.name && notes === before.notes) return;
    const after = { ...before, name, notes };
    await context.ledger.commitChange({ kind: 'switch', before, after }, [storeSwitch(after)]);
  });
