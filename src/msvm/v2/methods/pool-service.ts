import type { CimInstance } from '../../../cim/instance.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import { resolveKind } from '../../../core/devices/kinds.ts';
import { DomainError } from '../../../core/errors.ts';
import type { DeviceKind } from '../../../core/model.ts';
import type { PoolParent } from '../../../core/pools/pool.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import { clientPoolEntity, POOL_ROWS, type PoolEntity } from '../pools/pool.ts';
import { POOL_SERVICE } from '../services/services.ts';
import type { Arguments } from './arguments.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { resourceInputs } from './resource-input.ts';
import type { MethodServices } from './services.ts';

export { POOL_SERVICE };

const SETTING = 'Msvm_ResourcePoolSettingData';
const ALLOCATION = 'CIM_ResourceAllocationSettingData';

/** Msvm_ResourcePoolConfigurationService (other-services §8): everything is done when the call answers. */
export const poolServiceMethods = (services: MethodServices): MethodRows => {
  const { catalog, pools, texts, references } = services;

  const poolOf = (parameter: string, path: ObjectPath): PoolEntity => {
    const found = catalog.find(path);
    if (found?.kind === 'pool') return found as PoolEntity;
    throw invalid(`${parameter} names no pool of this host. Read its path again; it may have been deleted.`);
  };

  /** A pool that a client made. */
  const ownPool = (args: Arguments, parameter: string): string => {
    const { pool } = poolOf(parameter, args.requiredReference(parameter));
    if (pool !== null) return pool.id;
    throw new DomainError('notSupported', `${parameter} names a pool of the host itself, which does not change.`);
  };

  const kindOf = (settings: CimInstance): DeviceKind => {
    const number = settings.get('ResourceType');
    const subType = settings.get('ResourceSubType');
    const row = POOL_ROWS.find(
      ({ resourceType, resourceSubType }) =>
        resourceType === number && resourceSubType.toLowerCase() === String(subType ?? '').toLowerCase(),
    );
    if (row === undefined)
      throw invalid(
        'ResourceType and ResourceSubType of PoolSettings name no resource of this host. Take them from its pool.',
      );
    return row.kind;
  };

  /** Parents and what is taken from each, one after the other as they are given. */
  const parentsOf = (args: Arguments, kind: DeviceKind): readonly PoolParent[] => {
    const paths = args.requiredReferences('ParentPools');
    const allocations = args.requiredTexts('AllocationSettings');
    if (paths.length !== allocations.length)
      throw invalid(
        `ParentPools has ${paths.length} elements and AllocationSettings ${allocations.length}. Give one for each.`,
      );
    const inputs = resourceInputs(references, texts.readAll('AllocationSettings', allocations, ALLOCATION));
    return paths.map((path, index) => {
      const parent = poolOf(`ParentPools[${index}]`, path);
      if (parent.row.kind !== kind)
        throw new DomainError('wrongType', `ParentPools[${index}] hands out another resource than the pool is to.`);
      const input = inputs[index];
      const values = input?.values ?? {};
      const given = resolveKind({
        settingClass: input?.className ?? '',
        resourceType: typeof values['ResourceType'] === 'number' ? values['ResourceType'] : parent.row.resourceType,
        resourceSubType:
          typeof values['ResourceSubType'] === 'string' ? values['ResourceSubType'] : parent.row.resourceSubType,
        otherResourceType: null,
      });
      if (given?.kind !== kind)
        throw new DomainError('wrongType', `AllocationSettings[${index}] is about another resource than its pool.`);
      const resources = values['HostResource'];
      return { pool: parent.pool?.id ?? null, resources: Array.isArray(resources) ? resources.map(String) : [] };
    });
  };

  const textOf = (settings: CimInstance, name: string): string | undefined => {
    const value = settings.get(name);
    return typeof value === 'string' ? value : undefined;
  };

  const row = (out: readonly string[], run: (call: MethodCall) => ReturnType<MethodRow['run']>): MethodRow => ({
    right: 'administer',
    jobType: 0,
    out,
    run,
  });
  const affected = [{ element: { kind: 'service', className: POOL_SERVICE }, effect: 0 }] as const;

  return {
    CreatePool: row(['Pool'], async ({ args }) => {
      const settings = texts.read('PoolSettings', args.requiredText('PoolSettings'), SETTING);
      const kind = kindOf(settings);
      const poolId = textOf(settings, 'PoolID') ?? '';
      const pool = await pools.createPool({
        kind,
        poolId,
        name: textOf(settings, 'ElementName') ?? poolId,
        notes: textOf(settings, 'Notes') ?? '',
        parents: parentsOf(args, kind),
      });
      // The sample reads it at once.
      return done({ Pool: catalog.path(clientPoolEntity(pool)) }, affected);
    }),
    DeletePool: row([], async ({ args }) => {
      await pools.deletePool(ownPool(args, 'Pool'));
      return done({}, affected);
    }),
    ModifyPoolResources: row([], async ({ args }) => {
      const id = ownPool(args, 'ChildPool');
      const { row: own } = poolOf('ChildPool', args.requiredReference('ChildPool'));
      await pools.changeParents(id, parentsOf(args, own.kind));
      return done({}, affected);
    }),
    ModifyPoolSettings: row([], async ({ args }) => {
      const id = ownPool(args, 'ChildPool');
      const settings = texts.read('PoolSettings', args.requiredText('PoolSettings'), SETTING);
      const [poolId, name, notes] = ['PoolID', 'ElementName', 'Notes'].map((one) => textOf(settings, one));
      await pools.changeSettings(id, {
        ...(poolId === undefined ? {} : { poolId }),
        ...(name === undefined ? {} : { name }),
        ...(notes === undefined ? {} : { notes }),
      });
      return done({}, affected);
    }),
    ...serviceControlMethods(),
  };
};
