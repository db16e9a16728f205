import { z } from 'zod';
import { FIELDS, type Field } from './fields.ts';

const BOOT_ORDER = z.array(z.string().max(400)).max(64);

/** A schema of the fields, each group an object of its own. */
const grouped = (
  fields: readonly Field[],
  shapeOf: (field: Field) => z.ZodType,
  group: (shape: z.ZodRawShape) => z.ZodType,
) => {
  const shape: Record<string, Record<string, z.ZodType>> = { '': {} };
  for (const field of fields) {
    const [first, second] = field.path;
    if (second === undefined) (shape[''] ??= {})[first] = shapeOf(field);
    else (shape[first] ??= {})[second] = shapeOf(field);
  }
  const { '': top = {}, ...groups } = shape;
  return z.strictObject({
    ...top,
    ...Object.fromEntries(Object.entries(groups).map(([name, members]) => [name, group(members)])),
  });
};

const withBootOrder = (members: z.ZodRawShape, order: z.ZodType): z.ZodRawShape =>
  'secureBoot' in members ? { ...members, bootOrder: order } : members;

/** What GET tells. */
export const settingsSchema = grouped(
  FIELDS,
  (field) => (field.generation === undefined ? field.schema : field.schema.nullable()),
  (members) => z.strictObject(withBootOrder(members, BOOT_ORDER)),
).meta({ id: 'Settings' });

/** What PATCH takes: any part of what can be changed. */
export const changeSchema = grouped(
  FIELDS.filter(({ take }) => take !== null),
  (field) => field.schema.optional(),
  (members) => z.strictObject(withBootOrder(members, BOOT_ORDER.optional())).optional(),
);

/** A value at a place of JSON; undefined where there is none. */
export const valueAt = (body: unknown, path: Field['path']): unknown => {
  let value: unknown = body;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
};
