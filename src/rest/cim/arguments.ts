import { coerceValue } from '../../cim/coerce/coerce-value.ts';
import { printEmbedded } from '../../cim/embedded/print-embedded.ts';
import { CimError } from '../../cim/errors.ts';
import { CimInstance } from '../../cim/instance.ts';
import { sameName } from '../../cim/names.ts';
import type { CimClass, CimMethod, SchemaNamespace } from '../../cim/schema.ts';
import type { CimScalar, CimValues } from '../../cim/values.ts';
import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const property = z.union([scalar, z.array(scalar)]);

/** An object of a class among arguments, in place of its text: settings, and values of [EmbeddedInstance]. */
const embedded = z.strictObject({ className: z.string().min(1).max(200), properties: z.record(z.string(), property) });
type Embedded = z.infer<typeof embedded>;

const item = z.union([scalar, embedded]);
export const argumentSchema = z.record(z.string().max(200), z.union([item, z.array(item)]));
type Arguments = z.infer<typeof argumentSchema>;

const isEmbedded = (value: unknown): value is Embedded =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const classOf = (schema: SchemaNamespace, name: string): CimClass => {
  const found = schema.class(name);
  if (found === undefined)
    throw new CimError('invalidClass', `Namespace ${schema.name} has no class ${name}.`, { subject: name });
  return found;
};

/** @throws CimError noSuchProperty, typeMismatch */
const instanceOf = (schema: SchemaNamespace, { className, properties }: Embedded): CimInstance => {
  const cimClass = classOf(schema, className);
  const values: CimValues = {};
  for (const [name, given] of Object.entries(properties)) {
    const declared = cimClass.property(name);
    if (declared === undefined)
      throw new CimError('noSuchProperty', `${cimClass.name} has no property ${name}.`, { subject: name });
    values[declared.name] = coerceValue(declared, given);
  }
  return new CimInstance(cimClass, values);
};

/**
 * Arguments of a method as the broker takes them; types are the broker's affair. An object becomes the text in which methods
 * take settings, or stays an object where the parameter is one.
 * @throws CimError of what cannot be of its class
 */
export const methodArguments = (
  schema: SchemaNamespace,
  declared: CimMethod | undefined,
  given: Arguments,
): CimValues => {
  const args: CimValues = {};
  for (const [name, value] of Object.entries(given)) {
    const parameter = declared?.parameters.find((each) => sameName(each.name, name));
    const one = (each: z.infer<typeof item>): CimScalar | null => {
      if (!isEmbedded(each)) return each;
      const instance = instanceOf(schema, each);
      return parameter?.type === 'object' ? instance : printEmbedded(instance);
    };
    args[name] = Array.isArray(value) ? value.map(one) : one(value);
  }
  return args;
};
