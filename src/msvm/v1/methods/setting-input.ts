import { CimInstance } from '../../../cim/instance.ts';
import type { CimValue, CimValues } from '../../../cim/values.ts';
import { kindRow } from '../../../core/devices/kinds.ts';
import { ADAPTER_KINDS, DRIVE_KINDS, IMAGE_KINDS } from '../../../core/devices/wiring.ts';
import { DomainError } from '../../../core/errors.ts';
import type { DeviceKind } from '../../../core/model.ts';
import type { Projection } from '../../projection.ts';
import { knownValues } from '../../shape.ts';
import { resolveV1Kind, v1Row } from '../kinds.ts';

/** Values that say what kind a setting is, in words of v1. */
const IDENTIFYING: ReadonlySet<string> = new Set([
  'ResourceType',
  'ResourceSubType',
  'OtherResourceType',
  'AllocationUnits',
  'PoolID',
]);

const textOf = (instance: CimInstance, name: string): string => {
  const value = instance.get(name);
  return typeof value === 'string' ? value : '';
};

/** The kind that a text to be added describes. @throws DomainError invalidParameter */
export const kindOfInput = (instance: CimInstance): DeviceKind => {
  const type = instance.get('ResourceType');
  const kind = resolveV1Kind({
    settingClass: instance.class.name,
    resourceType: typeof type === 'number' ? type : null,
    resourceSubType: textOf(instance, 'ResourceSubType'),
    otherResourceType: textOf(instance, 'OtherResourceType'),
  });
  if (kind !== undefined) return kind;
  throw new DomainError(
    'invalidParameter',
    `No resource of root\\virtualization has the class ${instance.class.name}, the ResourceType ${type === null ? 'NULL' : String(type)} and the ResourceSubType "${textOf(instance, 'ResourceSubType').slice(0, 100)}". Start from the default of its pool (Msvm_SettingsDefineCapabilities).`,
  );
};

/** A text about a setting that is there must be of its class and type. @throws DomainError invalidParameter */
export const requireSameKind = (instance: CimInstance, kind: DeviceKind): void => {
  const row = v1Row(kind);
  const type = instance.get('ResourceType');
  const fits = row !== undefined && (row.settingClass === instance.class.name || instance.class.abstract);
  if (fits && (type === null || type === row.resourceType)) return;
  throw new DomainError(
    'invalidParameter',
    `A text of class ${instance.class.name} and ResourceType ${String(type)} does not describe this setting. Read it, change it, and send it back.`,
  );
};

/** Where v2 has what v1 says elsewhere (object-model §12). Undefined: the same name. */
const renamed = (kind: DeviceKind, name: string): string | null | undefined => {
  if (IMAGE_KINDS.has(kind)) return name === 'Connection' ? 'HostResource' : name === 'Address' ? null : undefined;
  if (DRIVE_KINDS.has(kind)) return name === 'Address' ? 'AddressOnParent' : undefined;
  // The switch port of an adapter is a setting of its own in v2.
  return ADAPTER_KINDS.has(kind) && name === 'Connection' ? null : undefined;
};

/** A setting of v1 as the text of v2 that means the same; `values` holds only what the client gave. */
export const toV2Setting = (v2: Projection, instance: CimInstance, kind: DeviceKind): CimInstance => {
  const row = kindRow(kind);
  const cimClass = v2.class(row.settingClass);
  const values: CimValues = {};
  for (const [name, value] of Object.entries(instance.values)) {
    if (IDENTIFYING.has(name)) continue;
    const other = renamed(kind, name);
    if (other === null || (other === undefined && values[name] !== undefined)) continue;
    values[other ?? name] = value;
  }
  const type: Record<string, CimValue> = { ResourceType: row.resourceType, ResourceSubType: row.resourceSubType };
  if (row.otherResourceType !== null) type['OtherResourceType'] = row.otherResourceType;
  return new CimInstance(cimClass, knownValues(cimClass, { ...values, ...type }));
};
