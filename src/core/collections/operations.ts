import { DomainError } from '../errors.ts';
import type { JobDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { CollectionPoint, CollectionSnapshot, Guid, VirtualSystem } from '../model.ts';
import type { RequestContext, SnapshotRequest } from '../requests.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid, quote, wrongState } from '../systems/refusals.ts';
import { defaultSnapshotName } from '../snapshots/default-name.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { requireAtRest, requireNotBusy, requireSystem } from '../systems/targets.ts';
import type { CollectionOperations } from './collection.ts';
import {
  convertSnapshotDefinition,
  createPointDefinition,
  destroyPointDefinition,
  exportPointDefinition,
} from './point-jobs.ts';
import {
  applyDefinition,
  type CollectionServices,
  createDefinition,
  destroyDefinition,
  exportDefinition,
} from './snapshot-jobs.ts';

/** Registers the jobs, so that one which a former service left is found (K18). */
export const collectionOperations = (services: CollectionServices): CollectionOperations => {
  const { context, collections } = services;
  const [create, apply, destroy, exported] = [
    createDefinition(services),
    applyDefinition(services),
    destroyDefinition(services),
    exportDefinition(services),
  ];
  context.jobs.register(create);
  context.jobs.register(apply);
  context.jobs.register(destroy);
  context.jobs.register(exported);
  const [createPoint, convert, destroyPoint, exportedPoint] = [
    createPointDefinition(services),
    convertSnapshotDefinition(services),
    destroyPointDefinition(services),
    exportPointDefinition(services),
  ];
  context.jobs.register(exportedPoint);
  context.jobs.register(createPoint);
  context.jobs.register(convert);
  context.jobs.register(destroyPoint);

  const submit = <P>(
    request: RequestContext,
    definition: JobDefinition<P>,
    params: P,
    systems: readonly Guid[],
  ): Promise<Job> =>
    context.jobs.submit(
      request,
      definition,
      params,
      systems.map((id) => ({ element: { kind: 'system', id }, effect: 0 })),
    );

  const about = async <P extends { readonly snapshot: CollectionSnapshot }>(
    request: RequestContext,
    id: Guid,
    definition: JobDefinition<P>,
    paramsOf: (snapshot: CollectionSnapshot) => P,
  ): Promise<Job> => {
    const snapshot = collections.requiredSnapshot(id);
    return submit(
      request,
      definition,
      paramsOf(snapshot),
      snapshot.parts.map(({ system }) => system),
    );
  };

  return {
    define: (input) => collections.define(input),
    destroy: async (id) => collections.destroy(id),
    rename: (id, name) => collections.rename(id, name),
    addMember: (id, member) => collections.addMember(id, member),
    removeMember: (id, member) => collections.removeMember(id, member),
    createSnapshot: async (request, id, wanted) => {
      const systems = machinesOf(services, id, 'checkpoints');
      const snapshot = newSnapshot(services, id, systems, wanted);
      const job = await submit(
        request,
        create,
        { request, snapshot, wanted },
        systems.map((system) => system.id),
      );
      return { job, snapshot: snapshot.id };
    },
    applySnapshot: (request, id) =>
      about(request, id, apply, (snapshot) => {
        for (const { system } of snapshot.parts) requireReady(requireSystem(context, system));
        return { request, snapshot };
      }),
    destroySnapshot: (request, id) => about(request, id, destroy, (snapshot) => ({ request, snapshot })),
    exportSnapshot: (request, id, { base, ...wanted }) =>
      about(request, id, exported, (snapshot) => ({
        request,
        snapshot,
        ...wanted,
        ...(base === undefined ? {} : { bases: basesOf(collections.requiredPoint(base), snapshot) }),
      })),
    createPoint: async (request, id, { applicationConsistent }) => {
      const systems = machinesOf(services, id, 'reference points');
      const point: CollectionPoint = {
        id: newGuid(),
        collection: collections.required(id).id,
        createdAt: context.clock.now(),
        parts: systems.map((system) => ({ system: system.id, point: newGuid() })),
      };
      const params = { request, point, applicationConsistent };
      const job = await submit(
        request,
        createPoint,
        params,
        systems.map((system) => system.id),
      );
      return { job, point: point.id };
    },
    convertSnapshot: async (request, id) => {
      const point = collections.requiredSnapshot(id).id;
      const job = await about(request, point, convert, (snapshot) => {
        requireRecovery(services, snapshot);
        return { request, snapshot };
      });
      return { job, point };
    },
    exportPoint: async (request, id, { directory, base, disks }) => {
      const point = collections.requiredPoint(id);
      const bases = base === null ? {} : basesOf(collections.requiredPoint(base), point);
      if (disks !== null && !point.parts.some(({ system }) => disks[system] !== undefined))
        throw invalid('No machine of the reference point is named. Name one, or leave the list out.');
      return submit(
        request,
        exportedPoint,
        { request, point, directory, base, bases, disks },
        point.parts.map(({ system }) => system),
      );
    },
    destroyPoint: async (request, id) => {
      const point = collections.requiredPoint(id);
      return submit(
        request,
        destroyPoint,
        { request, point },
        point.parts.map(({ system }) => system),
      );
    },
  };
};

const machinesOf = (
  { context, collections }: CollectionServices,
  id: Guid,
  what: 'checkpoints' | 'reference points',
): readonly VirtualSystem[] => {
  const { name, type, members } = collections.required(id);
  if (type === 'collections')
    throw wrongState(`The collection ${quote(name)} is of collections. Take ${what} of those that have machines.`);
  const systems = members.flatMap((member) => context.graph.system(member) ?? []);
  if (systems.length === 0) throw wrongState(`The collection ${quote(name)} has no machines. Add some first.`);
  for (const system of systems) requireNotBusy(system);
  return systems;
};

const newSnapshot = (
  { context, collections }: CollectionServices,
  id: Guid,
  systems: readonly VirtualSystem[],
  wanted: SnapshotRequest,
): CollectionSnapshot => {
  const at = context.clock.now();
  const collection = collections.required(id);
  return {
    id: newGuid(),
    collection: collection.id,
    name: wanted.elementName ?? defaultSnapshotName(collection.name, at),
    createdAt: at,
    consistency: wanted.type === 'recovery' && wanted.applicationConsistent ? 'application' : 'crash',
    parts: systems.map((system) => ({ system: system.id, snapshot: newGuid() })),
  };
};

/** By machine. One that the base does not have is exported whole. */
const basesOf = (base: CollectionPoint, of: CollectionPoint | CollectionSnapshot): Readonly<Record<Guid, Guid>> => {
  if (base.collection !== of.collection || base.id === of.id)
    throw invalid('The base is no other reference point of this collection. Leave it out, or name one.');
  return Object.fromEntries(base.parts.map(({ system, point }) => [system, point]));
};

/** Asked of all before the first is converted. */
const requireRecovery = ({ context }: CollectionServices, snapshot: CollectionSnapshot): void => {
  const others = snapshot.parts.some(
    ({ snapshot: id }) => context.graph.configuration(id)?.snapshot?.type !== 'recovery',
  );
  if (others)
    throw invalid(
      `${quote(snapshot.name)} is no recovery checkpoint, and only those become reference points. Take one of SnapshotType 2.`,
    );
};

/** Asked of all before the first goes back. */
const requireReady = (system: VirtualSystem): void => {
  try {
    requireNotBusy(system);
    requireAtRest(system, 'the checkpoint of its collection is applied');
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, `${quote(elementNameOf(system.active))}: ${error.message}`, { cause: error });
  }
};
