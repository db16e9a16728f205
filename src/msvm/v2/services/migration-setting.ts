import type { Catalog } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { type FixedEntity, FixedSet } from '../fixed-set.ts';

/** A template of migration settings; os-win queries them as instances by MigrationType (client-usage O25). */
export interface MigrationSettingEntity extends FixedEntity {
  readonly kind: 'migrationSetting';
  readonly migrationType: number;
  readonly name: string;
}

const CLASS = 'Msvm_VirtualSystemMigrationSettingData';
const TCP = 5;

const TYPES: readonly (readonly [number, string])[] = [
  [32768, 'Virtual System'],
  [32769, 'Storage'],
  [32770, 'Staged'],
  [32771, 'Virtual System and Storage'],
  [32772, 'Deep Check'],
];

export const MIGRATION_SETTINGS: readonly MigrationSettingEntity[] = TYPES.map(([migrationType, name]) => ({
  kind: 'migrationSetting',
  className: CLASS,
  migrationType,
  name,
  keys: { InstanceID: `Microsoft:Definition\\MigrationSettingData\\${migrationType}` },
}));

export const addMigrationSettings = (projection: Projection, catalog: Catalog): void => {
  if (!projection.has(CLASS)) return;
  catalog.add(
    new FixedSet(projection, 'migrationSetting', CLASS, MIGRATION_SETTINGS, (entity) =>
      projection
        .shape(CLASS, String(entity.migrationType), () => ({
          Caption: 'Migration Setting Data',
          Description: 'Settings for the migration of a virtual machine',
          ElementName: `${entity.name} Migration Settings`,
          MigrationType: entity.migrationType,
          TransportType: TCP,
          DestinationIPAddressList: [],
          UnmanagedVhds: [],
          AllowOverwriteExistingFile: false,
          AvoidRemovingVHDs: false,
          CancelIfBlackoutThresholdExceeded: false,
          EnableCompression: true,
          RemoveSourceUnmanagedVhds: false,
          RetainVhdCopiesOnSource: false,
          ...entity.keys,
        }))
        .make({}),
    ),
  );
};
