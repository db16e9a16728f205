import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { AssociationFilter } from '../../cim/operations.ts';
import type { CimClass } from '../../cim/schema.ts';
import { ClassWriter } from '../values/class-writer.ts';
import { type Answer, type IntrinsicOperation, many, type Request, valueContext, written } from './service.ts';
import { instanceWriter } from './views.ts';

export type Traversal = 'associators' | 'references';

const FILTERS: Readonly<Record<Traversal, readonly string[]>> = {
  associators: ['AssocClass', 'ResultClass', 'Role', 'ResultRole'],
  references: ['ResultClass', 'Role'],
};

export const filterParameters = (traversal: Traversal): readonly string[] => FILTERS[traversal];

const filterOf = ({ parameters }: Request, traversal: Traversal): AssociationFilter => ({
  associationClass: traversal === 'associators' ? parameters.className('AssocClass') : null,
  resultClass: parameters.className('ResultClass'),
  role: parameters.string('Role'),
  resultRole: traversal === 'associators' ? parameters.string('ResultRole') : null,
});

/** Objects connected with an instance. */
export const traverse = (request: Request, traversal: Traversal, source: ObjectPath) =>
  request.service.broker.execute(request.context, {
    kind: traversal,
    namespace: request.schema.name,
    source,
    filter: filterOf(request, traversal),
  });

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,255}$/;

/** Classes that the schema connects with a class: the SchemaOnly form of WQL's association queries. */
async function connectedClasses(
  request: Request,
  traversal: Traversal,
  source: ObjectPath,
): Promise<readonly CimClass[]> {
  const { associationClass, resultClass, role, resultRole } = filterOf(request, traversal);
  const clauses = Object.entries({
    AssocClass: associationClass,
    ResultClass: resultClass,
    Role: role,
    ResultRole: resultRole,
  })
    .filter(([, name]) => name !== null)
    .map(([clause, name]) => `${clause}=${identifier(name ?? '')}`);
  const verb = traversal === 'associators' ? 'ASSOCIATORS' : 'REFERENCES';
  const query = `${verb} OF {${identifier(source.className)}} WHERE SchemaOnly ${clauses.join(' ')}`;
  const result = await request.service.broker.execute(request.context, {
    kind: 'execQuery',
    namespace: source.namespace ?? request.schema.name,
    language: 'WQL',
    query,
  });
  return 'classes' in result ? result.classes : [];
}

function identifier(name: string): string {
  if (NAME.test(name)) return name;
  throw new CimError('invalidParameter', `"${name.slice(0, 100)}" is not a name.`);
}

const withObjects = (traversal: Traversal): IntrinsicOperation => ({
  parameters: ['ObjectName', ...FILTERS[traversal], 'IncludeQualifiers', 'IncludeClassOrigin', 'PropertyList'],
  run: async (request) => {
    const { service, parameters, schema } = request;
    const source = parameters.objectName('ObjectName');
    const { paths } = service;
    if (source.keys === null) {
      const writer = classObjects(request);
      const classes = await connectedClasses(request, traversal, source);
      return many(
        classes.map((c) => `<VALUE.OBJECTWITHPATH>${paths.classPath(c)}${writer.class(c)}</VALUE.OBJECTWITHPATH>`),
      );
    }
    const writer = instanceWriter(request);
    const { items } = await traverse(request, traversal, source);
    return many(
      written(
        items,
        (instance: CimInstance) =>
          `<VALUE.OBJECTWITHPATH>${paths.fullPath(paths.ofInstance(instance), schema.name)}${writer.instance(instance)}</VALUE.OBJECTWITHPATH>`,
      ),
    );
  },
});

const classObjects = ({ service, parameters }: Request): ClassWriter =>
  new ClassWriter(
    {
      localOnly: false,
      qualifiers: parameters.boolean('IncludeQualifiers', false),
      classOrigin: parameters.boolean('IncludeClassOrigin', false),
      properties: parameters.names('PropertyList'),
    },
    (namespace) => valueContext(service, namespace),
  );

const withNames = (traversal: Traversal): IntrinsicOperation => ({
  parameters: ['ObjectName', ...FILTERS[traversal]],
  run: async (request): Promise<Answer> => {
    const { service, parameters, schema } = request;
    const source = parameters.objectName('ObjectName');
    const { paths } = service;
    if (source.keys === null) {
      const classes = await connectedClasses(request, traversal, source);
      return many(classes.map((cimClass) => `<OBJECTPATH>${paths.classPath(cimClass)}</OBJECTPATH>`));
    }
    const { items } = await traverse(request, traversal, source);
    return many(
      written(
        items,
        (instance: CimInstance) =>
          `<OBJECTPATH>${paths.fullPath(paths.ofInstance(instance), schema.name)}</OBJECTPATH>`,
      ),
    );
  },
});

export const ASSOCIATION_OPERATIONS: Readonly<Record<string, IntrinsicOperation>> = {
  Associators: withObjects('associators'),
  AssociatorNames: withNames('associators'),
  References: withObjects('references'),
  ReferenceNames: withNames('references'),
};
