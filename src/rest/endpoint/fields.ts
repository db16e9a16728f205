import { z } from 'zod';
import { Problem } from '../problems/problem.ts';
import type { Route } from '../routes/route.ts';
import { check } from './input.ts';

const FIELDS = z
  .string()
  .regex(/^[A-Za-z]+(\s*,\s*[A-Za-z]+)*$/, 'is a list of names, parted by commas')
  .max(1000);

/** Members that a resource has, or each item of a list of them; null: they are not known. */
const membersOf = (schema: z.ZodType | undefined): readonly string[] | null => {
  if (!(schema instanceof z.ZodObject)) return null;
  const items: unknown = schema.shape['items'];
  return items instanceof z.ZodArray ? membersOf(items.element as z.ZodType) : Object.keys(schema.shape);
};

/** `?fields=a,b` of a route; null: all. @throws Problem for a name that is no member: a slip of the pen would tell nothing of everything */
export const chosenFields = (route: Route, given: string | undefined): ReadonlySet<string> | null => {
  if (given === undefined || route.resource !== true) return null;
  const names = check(FIELDS, given, 'fields')
    .split(',')
    .map((name) => name.trim());
  const members = membersOf(route.answers[200]?.schema);
  const unknown = members === null ? undefined : names.find((name) => !members.includes(name));
  if (unknown === undefined) return new Set(names);
  const message = `${unknown} is none of ${members?.join(', ') ?? ''}`;
  throw new Problem('invalid-request', `fields: ${message}.`, { errors: [{ path: 'fields', message }] });
};
