import { z } from 'zod';
import { CimError } from '../../cim/errors.ts';
import { foldNamespace, sameName } from '../../cim/names.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { ClassResult, InstanceResult } from '../../cim/operations.ts';
import { parsePath } from '../../cim/path/parse-path.ts';
import type { CimClass, SchemaNamespace } from '../../cim/schema.ts';
import { jobSchema, jobView } from '../jobs/view.ts';
import { JOB_STARTED, type Management, refusal, StillRunning } from '../management/management.ts';
import { V2, wqlText } from '../management/names.ts';
import { Problem } from '../problems/problem.ts';
import { ok, type Route, route } from '../routes/route.ts';
import { argumentSchema, methodArguments } from './arguments.ts';
import { typedObject, typedView } from './typed-values.ts';
import { objectView, outView } from './values.ts';

const namespace = z.string().min(1).max(200).default(V2);
const className = z.string().min(1).max(200);
const keys = z.record(z.string().max(200), z.union([z.string().max(65_536), z.number(), z.boolean()])).default({});
/** Whether values come with their types: what a program needs that knows the class by its name alone. */
const typed = z
  .boolean()
  .default(false)
  .describe('with CIM types, keys, datetimes of ISO 8601, references as objects, bytes as base64');
/** What an object is named by: its path as text, or class and keys. */
const target = { namespace, path: z.string().min(1).max(65_536).optional(), className: className.optional(), keys };
/** Objects of one answer; the rest is told to be there. */
const limit = z.number().int().min(1).max(10_000).default(1000);

const object = z
  .strictObject({
    className: z.string(),
    path: z.string().nullable(),
    properties: z.record(z.string(), z.unknown()),
    keys: z.record(z.string(), z.unknown()).nullable().optional().describe('Of its path, when asked for types'),
    types: z.record(z.string(), z.string()).optional().describe('CIM type by property, when asked for'),
  })
  .meta({ id: 'CimObject' });
const objects = z.strictObject({ items: z.array(object), truncated: z.boolean() });

/** @throws CimError invalidNamespace */
const schemaOf = ({ broker }: Management, name: string): SchemaNamespace => {
  const found = broker.repository.namespace(name);
  if (found === undefined)
    throw new CimError('invalidNamespace', `There is no namespace ${foldNamespace(name)}.`, { subject: name });
  return found;
};

/** The class that a request is about: one that is not there is not found, while one within a query is a value. @throws Problem not-found */
const classOf = (schema: SchemaNamespace, name: string): CimClass => {
  const found = schema.class(name);
  if (found === undefined) throw new Problem('not-found', `Namespace ${schema.name} has no class ${name}.`);
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

const firstOf = async (
  management: Management,
  result: InstanceResult | ClassResult,
  { limit: most, typed: withTypes }: { readonly limit: number; readonly typed: boolean },
) => {
  const view = withTypes ? typedObject : objectView;
  const host = management.broker.hostName;
  if ('classes' in result) {
    const items = result.classes.slice(0, most).map(({ name }) => ({ className: name, path: null, properties: {} }));
    return ok({ items, truncated: result.classes.length > most });
  }
  const items = [];
  for await (const instance of result.items) {
    if (items.length === most) return ok({ items, truncated: true });
    items.push(view(instance, host, result.columns));
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
    body: z.strictObject({ ...target, typed }),
    answers: { 200: { description: 'The object', schema: object } },
    handle: async ({ management, body }) => {
      const path = pathOf(body);
      const schema = schemaOf(management, path.namespace ?? body.namespace);
      classOf(schema, path.className);
      const found = await management.get(path, schema.name);
      return ok((body.typed ? typedObject : objectView)(found, management.broker.hostName));
    },
  }),
  route({
    id: 'cimEnumerate',
    verb: 'POST',
    path: '/cim/enumerate',
    tag: 'cim',
    summary: 'Objects of a class and of the classes below it',
    body: z.strictObject({ namespace, className, deep: z.boolean().default(true), limit, typed }),
    answers: { 200: { description: 'The objects', schema: objects } },
    handle: async ({ management, context, body }) => {
      const { namespace: place, className: of, deep } = body;
      classOf(schemaOf(management, place), of);
      const operation = { kind: 'enumerateInstances', namespace: place, className: of, deep } as const;
      return firstOf(management, await management.broker.execute(context, operation), body);
    },
  }),
  route({
    id: 'cimQuery',
    verb: 'POST',
    path: '/cim/query',
    tag: 'cim',
    summary: 'A query in WQL, also ASSOCIATORS OF and REFERENCES OF',
    body: z.strictObject({ namespace, query: z.string().min(1).max(65_536), limit, typed }),
    answers: { 200: { description: 'What it finds', schema: objects } },
    handle: async ({ management, context, body }) => {
      const operation = { kind: 'execQuery', namespace: body.namespace, language: 'WQL', query: body.query } as const;
      return firstOf(management, await management.broker.execute(context, operation), body);
    },
  }),
  route({
    id: 'cimInvoke',
    verb: 'POST',
    path: '/cim/invoke',
    tag: 'cim',
    summary: 'A method of an object or class; the end of its job is waited for',
    body: z.strictObject({
      ...target,
      method: z.string().min(1).max(200),
      arguments: argumentSchema.default({}),
      typed,
      wait: z
        .boolean()
        .default(true)
        .describe('false: the answer tells the job that has begun, with the out parameters'),
    }),
    long: true,
    answers: {
      200: {
        description: 'Return value, out parameters by name, and the job',
        schema: z.strictObject({
          returnValue: z.unknown(),
          out: z.record(z.string(), z.unknown()),
          types: z.record(z.string(), z.string()).optional().describe('CIM type by out parameter, when asked for'),
          job: jobSchema.nullable(),
        }),
      },
    },
    handle: async ({ management, body }) => {
      const path = pathOf(body);
      const schema = schemaOf(management, path.namespace ?? body.namespace);
      const declared = classOf(schema, path.className).method(body.method);
      const args = methodArguments(schema, declared, body.arguments);
      const result = await management.call(path, body.method, args, schema.name);
      const { returnValue } = result;
      const home = { host: management.broker.hostName, namespace: schema.name };
      const started = result.out['Job'];
      const isJob = returnValue === JOB_STARTED && started instanceof ObjectPath;
      // Methods of Hyper-V and DMTF answer a number, and anything but these two is a refusal.
      if (typeof returnValue === 'number' && returnValue !== 0 && !isJob) throw refusal(body.method, result);
      const job = isJob ? await jobOf(management, await jobPath(management, started, schema.name), body.wait) : null;
      if (!body.typed) return ok({ returnValue, out: outView(result.out, home), job });
      const { parameters = [] } = declared ?? {};
      const { values: out, types } = typedView(
        result.out,
        (name) => parameters.find((each) => each.name === name),
        home,
      );
      return ok({ returnValue, out, types, job });
    },
  }),
];

/** At its end, or as it is now. @throws Problem StillRunning of one that is waited for */
const jobOf = async (management: Management, path: ObjectPath, wait: boolean) => {
  if (wait) return jobView(await management.finish(path));
  const now = await management.await(path, 0).catch((error: unknown) => {
    if (error instanceof StillRunning) return error.job;
    throw error;
  });
  return jobView(now);
};

/** Jobs of every namespace are those of v2 too; of which class they are there, v2 tells. */
const jobPath = async (management: Management, path: ObjectPath, namespace: string): Promise<ObjectPath> => {
  const id = String(path.key('InstanceID'));
  if (sameName(namespace, V2)) return ObjectPath.of(path.className, { InstanceID: id });
  const [job] = await management.query(`SELECT * FROM CIM_ConcreteJob WHERE InstanceID = ${wqlText(id)}`);
  return job?.path() ?? path;
};
