import { CimError } from '../../cim/errors.ts';
import { sameName } from '../../cim/names.ts';
import { escapeXml } from '../../xml/escape.ts';
import { StatusError } from '../message/status.ts';
import { ClassWriter } from '../values/class-writer.ts';
import { QUALIFIERS } from '../values/qualifier-table.ts';
import { qualifierDeclaration } from '../values/qualifier-writer.ts';
import { type IntrinsicOperation, many, one, type Request, valueContext } from './service.ts';

const classWriter = ({ service, parameters }: Request, properties: ReadonlySet<string> | null): ClassWriter =>
  new ClassWriter(
    {
      localOnly: parameters.boolean('LocalOnly', true),
      qualifiers: parameters.boolean('IncludeQualifiers', true),
      classOrigin: parameters.boolean('IncludeClassOrigin', false),
      properties,
    },
    (namespace) => valueContext(service, namespace),
  );

const getClass: IntrinsicOperation = {
  parameters: ['ClassName', 'LocalOnly', 'IncludeQualifiers', 'IncludeClassOrigin', 'PropertyList'],
  run: async (request) => {
    const { service, context, schema, parameters } = request;
    const writer = classWriter(request, parameters.names('PropertyList'));
    const className = parameters.requiredClassName('ClassName');
    try {
      return one(
        writer.class(await service.broker.execute(context, { kind: 'getClass', namespace: schema.name, className })),
      );
    } catch (error) {
      // The class is the object that is asked for: it is not found (wire-cimxml §6).
      if (error instanceof CimError && error.code === 'invalidClass') throw new StatusError('notFound', error.message);
      throw error;
    }
  },
};

const classesBelow = async ({ service, context, schema, parameters }: Request) => {
  const { classes } = await service.broker.execute(context, {
    kind: 'enumerateClasses',
    namespace: schema.name,
    className: parameters.className('ClassName'),
    deep: parameters.boolean('DeepInheritance', false),
  });
  return classes;
};

const enumerateClasses: IntrinsicOperation = {
  parameters: ['ClassName', 'DeepInheritance', 'LocalOnly', 'IncludeQualifiers', 'IncludeClassOrigin'],
  run: async (request) => {
    const writer = classWriter(request, null);
    return many(Iterator.from(await classesBelow(request)).map((cimClass) => writer.class(cimClass)));
  },
};

const enumerateClassNames: IntrinsicOperation = {
  parameters: ['ClassName', 'DeepInheritance'],
  run: async (request) =>
    many((await classesBelow(request)).map(({ name }) => `<CLASSNAME NAME="${escapeXml(name)}"/>`)),
};

const getQualifier: IntrinsicOperation = {
  parameters: ['QualifierName'],
  run: ({ service, schema, parameters }) => {
    const name = parameters.requiredString('QualifierName').trim();
    const row = QUALIFIERS.find((q) => sameName(q.name, name));
    if (row === undefined)
      throw new StatusError('notFound', `No qualifier ${name.slice(0, 100)} is declared in ${schema.name}.`);
    return one(qualifierDeclaration(row, valueContext(service, schema.name)));
  },
};

const enumerateQualifiers: IntrinsicOperation = {
  parameters: [],
  run: ({ service, schema }) =>
    many(QUALIFIERS.map((row) => qualifierDeclaration(row, valueContext(service, schema.name)))),
};

/** The schema is made of the MOF files of this service and of nothing else (wire-cimxml §4). */
const fixedSchema = (parameters: readonly string[]): IntrinsicOperation => ({
  parameters,
  run: () => {
    throw new CimError('notSupported', 'Classes and qualifiers of this service are given and cannot be changed.');
  },
});

export const CLASS_OPERATIONS: Readonly<Record<string, IntrinsicOperation>> = {
  GetClass: getClass,
  EnumerateClasses: enumerateClasses,
  EnumerateClassNames: enumerateClassNames,
  GetQualifier: getQualifier,
  EnumerateQualifiers: enumerateQualifiers,
  CreateClass: fixedSchema(['NewClass']),
  ModifyClass: fixedSchema(['ModifiedClass']),
  DeleteClass: fixedSchema(['ClassName']),
  SetQualifier: fixedSchema(['QualifierDeclaration']),
  DeleteQualifier: fixedSchema(['QualifierName']),
};
