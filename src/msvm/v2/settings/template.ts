import type { CimInstance } from '../../../cim/instance.ts';
import { fold } from '../../../cim/names.ts';
import type { ObjectPath } from '../../../cim/object-path.ts';
import type { CimValues } from '../../../cim/values.ts';
import type { DeviceKindRow } from '../../../core/devices/kind.ts';
import { DEVICE_KINDS, kindRow } from '../../../core/devices/kinds.ts';
import type { DeviceKind, SettingValues } from '../../../core/model.ts';
import type { Entity, EntitySet, Match } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { configurationOfPrefix } from './instance-id.ts';

export type TemplateRole = 'Default' | 'Minimum' | 'Maximum' | 'Increment';

/** A setting that describes what a pool or a port feature hands out (object-model §8). */
export interface TemplateEntity extends Entity {
  readonly kind: 'template';
  readonly row: DeviceKindRow;
  readonly role: TemplateRole;
  /** InstanceID. */
  readonly id: string;
}

/** ValueRole and ValueRange of Msvm_SettingsDefineCapabilities; the samples compare their text with these numbers. */
export const TEMPLATE_ROLES: Readonly<
  Record<TemplateRole, { readonly valueRole: number; readonly valueRange: number }>
> = {
  Default: { valueRole: 0, valueRange: 0 },
  Minimum: { valueRole: 3, valueRange: 1 },
  Maximum: { valueRole: 3, valueRange: 2 },
  Increment: { valueRole: 3, valueRange: 3 },
};

/** What the ids of a kind's templates are made of: its pool or its feature, in upper case (object-model §8, dump). */
const owner = (row: DeviceKindRow): string | null => (row.pool ?? row.featureId ?? null)?.toUpperCase() ?? null;

const template = (row: DeviceKindRow, role: TemplateRole, id: string): TemplateEntity => ({
  kind: 'template',
  className: row.settingClass,
  row,
  role,
  id: `Microsoft:Definition\\${id}\\${role}`,
});

const templatesOfRow = (row: DeviceKindRow): TemplateEntity[] => {
  const id = owner(row);
  if (id === null) return [];
  const roles: TemplateRole[] = row.range === null ? ['Default'] : ['Default', 'Minimum', 'Maximum', 'Increment'];
  return roles.map((role) => template(row, role, id));
};

/** Templates by kind, the Default first: clients take element 0 (object-model §8). */
export const TEMPLATES: ReadonlyMap<string, readonly TemplateEntity[]> = new Map(
  DEVICE_KINDS.map((row) => [row.kind, templatesOfRow(row)]),
);

const byId: ReadonlyMap<string, TemplateEntity> = new Map(
  [...TEMPLATES.values()].flat().map((entity) => [fold(entity.id), entity]),
);

const roleValues = (entity: TemplateEntity): SettingValues => {
  if (entity.role === 'Default' || entity.row.range === null) return {};
  return entity.row.range[entity.role === 'Minimum' ? 'minimum' : entity.role === 'Maximum' ? 'maximum' : 'increment'];
};

const ROLE_TEXT: Readonly<Record<TemplateRole, string>> = {
  Default: 'default',
  Minimum: 'minimum',
  Maximum: 'maximum',
  Increment: 'increment',
};

/** Usable as input of AddResourceSettings after the client filled Parent and HostResource (object-model §8). */
const templateInstance = (projection: Projection, entity: TemplateEntity, row: DeviceKindRow): CimInstance =>
  projection
    .shape(row.settingClass, entity.id, () => ({
      ...(row.defaults as CimValues),
      ...(roleValues(entity) as CimValues),
      Caption: `${entity.row.elementName} ${entity.role} Settings`,
      Description: `Describes the ${ROLE_TEXT[entity.role]} settings for ${entity.row.elementName.toLowerCase()} resources.`,
      InstanceID: entity.id,
    }))
    .make({});

export class TemplateSet implements EntitySet<TemplateEntity> {
  readonly kind = 'template';
  readonly className: string;
  readonly #projection: Projection;
  readonly #templates: readonly TemplateEntity[];
  readonly #rowOf: (kind: DeviceKind) => DeviceKindRow | undefined;

  /** `rowOf` gives the row of a kind in this namespace, undefined where the namespace does not show it. */
  constructor(
    projection: Projection,
    className: string,
    rowOf: (kind: DeviceKind) => DeviceKindRow | undefined = kindRow,
  ) {
    this.#projection = projection;
    this.className = className;
    this.#rowOf = rowOf;
    const mine = [...byId.values()].filter((entity) => rowOf(entity.row.kind)?.settingClass === className);
    this.#templates = [
      ...mine.filter((entity) => entity.role === 'Default'),
      ...mine.filter((entity) => entity.role !== 'Default'),
    ];
  }

  entities(): Iterable<TemplateEntity> {
    return this.#templates;
  }

  find(path: ObjectPath): TemplateEntity | undefined {
    const id = path.key('InstanceID');
    const found = typeof id === 'string' ? byId.get(fold(id.replaceAll('\\\\', '\\'))) : undefined;
    return found !== undefined && this.#rowOf(found.row.kind)?.settingClass === this.className ? found : undefined;
  }

  path(entity: TemplateEntity): ObjectPath {
    return this.#projection.path(this.className, { InstanceID: entity.id });
  }

  instance(entity: TemplateEntity): CimInstance {
    return templateInstance(this.#projection, entity, this.#rowOf(entity.row.kind) ?? entity.row);
  }

  candidates(property: string, match: Match, value: string): Iterable<TemplateEntity> | undefined {
    if (property === 'instanceid') return configurationOfPrefix(value) === null ? this.#templates : [];
    // Few and shared by all: the caller's filter is cheaper than an index.
    return match === 'equal' && property === 'parent' ? [] : this.#templates;
  }
}
