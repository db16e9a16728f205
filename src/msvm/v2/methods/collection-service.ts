import type { ObjectPath } from '../../../cim/object-path.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Collection, Guid } from '../../../core/model.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import type { Catalog } from '../../entity.ts';
import { type CollectionEntity, collectionEntity } from '../collections/collection.ts';
import { COLLECTION_SERVICE } from '../services/services.ts';
import type { Arguments } from './arguments.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import type { MethodServices } from './services.ts';
import { requireSystem } from './targets.ts';

/** JobType (jobs-and-errors §4). */
const DEFINE_JOB = 190;
const DESTROY_JOB = 191;
const RENAME_JOB = 192;
const ADD_JOB = 193;
const REMOVE_JOB = 194;

/** Type of DefineCollection. */
const TYPES: readonly Collection['type'][] = ['systems', 'collections'];

export const requireCollection = (catalog: Catalog, parameter: string, path: ObjectPath): Collection => {
  const found = catalog.find(path);
  if (found?.kind === 'collection') return (found as CollectionEntity).collection;
  throw invalid(`${parameter} names no collection of this host. Read its path again; it may have been destroyed.`);
};

/** Msvm_CollectionManagementService: everything is done when the call answers. `catalog`: of the namespace of the method. */
export const collectionServiceMethods = (services: MethodServices, catalog: Catalog): MethodRows => {
  const { collections, references } = services;
  const collectionOf = (args: Arguments): Collection =>
    requireCollection(catalog, 'Collection', args.requiredReference('Collection'));
  /** A machine or a collection. */
  const memberOf = (args: Arguments): Guid => {
    const path = args.requiredReference('Member');
    const found = catalog.find(path);
    return found?.kind === 'collection'
      ? (found as CollectionEntity).collection.id
      : requireSystem(references, 'Member', path).id;
  };
  const row = (
    jobType: number,
    run: (call: MethodCall) => Promise<Readonly<Record<string, ObjectPath>> | undefined>,
    out: readonly string[] = [],
  ): MethodRow => ({
    right: 'administer',
    jobType,
    out,
    run: async (call) =>
      done({ ...(await run(call)) }, [{ element: { kind: 'service', className: COLLECTION_SERVICE }, effect: 0 }]),
  });
  const silent = (jobType: number, run: (call: MethodCall) => Promise<void>): MethodRow =>
    row(jobType, async (call) => {
      await run(call);
      return undefined;
    });
  return {
    DefineCollection: row(
      DEFINE_JOB,
      async ({ args }) => {
        const type = TYPES[args.requiredInteger('Type')];
        if (type === undefined)
          throw invalid('Type is 0 for a collection of virtual machines, or 1 for one of collections.');
        const id = args.text('Id');
        const made = await collections.define({
          name: args.requiredText('Name'),
          id: id === null || id === '' ? null : id,
          type,
        });
        return { DefinedCollection: catalog.path(collectionEntity(made)) };
      },
      ['DefinedCollection'],
    ),
    DestroyCollection: silent(DESTROY_JOB, ({ args }) => collections.destroy(collectionOf(args).id)),
    RenameCollection: silent(RENAME_JOB, ({ args }) =>
      collections.rename(collectionOf(args).id, args.requiredText('NewName')),
    ),
    AddMember: silent(ADD_JOB, ({ args }) => collections.addMember(collectionOf(args).id, memberOf(args))),
    RemoveMember: silent(REMOVE_JOB, ({ args }) => collections.removeMember(collectionOf(args).id, memberOf(args))),
    RemoveMemberById: silent(REMOVE_JOB, async ({ args }) => {
      const id = args.requiredText('CollectionId');
      const member = memberOf(args);
      if (!/^[\w-]{1,64}$/.test(id)) throw new DomainError('invalidParameter', 'CollectionId is no identifier.');
      await collections.removeMember(id, member);
    }),
    ...serviceControlMethods(),
  };
};
