import { z } from 'zod';
import { CimError } from '../../cim/errors.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { ClassResult, InstanceResult } from '../../cim/operations.ts';
import { parsePath } from '../../cim/path/parse-path.ts';
import type { SchemaNamespace } from '../../cim/schema.ts';
import { jobSchema, jobView } from '../jobs/view.ts';
import { JOB_STARTED, type Management, refusal } from '../management/management.ts';
import { V2 } from '../management/names.ts';
import { ok, type Route, route } from '../routes/route.ts';
import { argumentSchema, methodArguments } from './arguments.ts';
import { objectView, outView } from './values.ts';

const namespace = z.string().min(1).max(200).default(V2);
const className = z.string().min(1).max(200);
const keys = z.record(z.string().max(200), z.union([z.string().max(65_536), z.number(), z.boolean()])).default({});
/** What an object is named by: its path as text, or class and keys. */
const target = { namespace, path: z.string().min(1).max(65_536).optional(), className: className.optional(), keys };
/** Objects of one answer; the rest is told to be there. */
const limit = z.number().int().min(1).max(10_000).default(1000);

const object = z
  .strictObject({
    className: z.string(),
    path: z.string().nullable(),
    properties: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CimObject' });
const objects = z.strictObject({ items: z.array(object), truncated: z.boolean() });

const schemaOf = ({ broker }: Management, name: string): SchemaNamespace => {
  const found = broker.repository.namespace(name);
  if (found === undefined) throw new CimError('invalidNamespace', `There is no namespace ${name}.`, { subject: name });
  return found;
};

/** @throws CimError invalidObjectPath */
const pathOf = (given: {
  readonly path?: string | undefined;
  readonly className?: string | undefined;
  readonly keys: Readonly<Record<string, string | number | boolean>>;
}): ObjectPath => {
  if (given.path !== undefined) return parsePath(given.path);
  if (given.className === undefined)
    throw new CimError('invalidObjectPath', 'Name the object by path, or by className and keys.');
  return new ObjectPath(null, null, given.className, new Map(Object.entries(given.keys)));
};

const firstOf = async (management: Management, result: InstanceResult | ClassResult, most: number) => {
  const host = management.broker.hostName;
  if ('classes' in result) {
    const items = result.classes.slice(0, most).map(({ name }) => ({ className: name, path: null, properties: {} }));
    return ok({ items, truncated: result.classes.length > most });
  }
  const items = [];
  for await (const instance of result.items) {
    if (items.length === most) return ok({ items, truncated: true });
    items.push(objectView(instance, host, result.columns));
  }
  return ok({ items, truncated: false });
};

/** Any class of any namespace, under its CIM names; rights are those of the same operations elsewhere. */
export const cimRoutes: readonly Route[] = [
  route({
    id: 'cimGet',
    verb: 'POST',
    path: '/cim/get',
    tag: 'cim',
    summary: 'One object by its path, or by class and keys',
    body: z.strictObject(target),
    answers: { 200: { description: 'The object', schema: object } },
    handle: async ({ management, body }) => {
      const path = pathOf(body);
      const found = await management.get(path, path.namespace ?? body.namespace);
      return ok(objectView(found, management.broker.hostName));
    },
  }),
  route({
    id: 'cimEnumerate',
    verb: 'POST',
    path: '/cim/enumerate',
    tag: 'cim',
    summary: 'Objects of a class and of the classes below it',
    body: z.strictObject({ namespace, className, deep: z.boolean().default(true), limit }),
    answers: { 200: { description: 'The objects', schema: objects } },
    handle: async ({ management, context, body }) => {
      const { namespace: place, className: of, deep } = body;
      const operation = { kind: 'enumerateInstances', namespace: place, className: of, deep } as const;
      return firstOf(management, await management.broker.execute(context, operation), body.limit);
    },
  }),
  route({
    id: 'cimQuery',
    verb: 'POST',
    path: '/cim/query',
    tag: 'cim',
    summary: 'A query in WQL, also ASSOCIATORS OF and REFERENCES OF',
    body: z.strictObject({ namespace, query: z.string().min(1).max(65_536), limit }),
    answers: { 200: { description: 'What it finds', schema: objects } },
    handle: async ({ management, context, body }) => {
      const operation = { kind: 'execQuery', namespace: body.namespace, language: 'WQL', query: body.query } as const;
      return firstOf(management, await management.broker.execute(context, operation), body.limit);
    },
  }),
  route({
    id: 'cimInvoke',
    verb: 'POST',
    path: '/cim/invoke',
    tag: 'cim',
    summary: 'A method of an object or class; the end of its job is waited for',
    body: z.strictObject({ ...target, method: z.string().min(1).max(200), arguments: argumentSchema.default({}) }),
    long: true,
    answers: {
      200: {
        description: 'Return value, out parameters by name, and the job',
        schema: z.strictObject({
          returnValue: z.unknown(),
          out: z.record(z.string(), z.unknown()),
          job: jobSchema.nullable(),
        }),
      },
    },
    handle: async ({ management, body }) => {
      const path = pathOf(body);
      const schema = schemaOf(management, path.namespace ?? body.namespace);
      const args = methodArguments(schema, path.className, body.method, body.arguments);
      const result = await management.call(path, body.method, args, schema.name);
      const { returnValue } = result;
      const home = { host: management.broker.hostName, namespace: schema.name };
      const started = result.out['Job'];
      const isJob = returnValue === JOB_STARTED && started instanceof ObjectPath;
      // Methods of Hyper-V and DMTF answer a number, and anything but these two is a refusal.
      if (typeof returnValue === 'number' && returnValue !== 0 && !isJob) throw refusal(body.method, result);
      const job = isJob ? jobView(await management.finish(jobPath(started))) : null;
      return ok({ returnValue, out: outView(result.out, home), job });
    },
  }),
];

/** Jobs of every namespace are those of v2 too. */
const jobPath = (path: ObjectPath): ObjectPath =>
  ObjectPath.of('Msvm_ConcreteJob', { InstanceID: path.key('InstanceID') ?? '' });
