import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import type { CimClass } from '../../cim/schema.ts';
import type { CimValues } from '../../cim/values.ts';
import { child } from '../../xml/element.ts';
import { readPath } from '../../cim/embedded/read-cim-xml-path.ts';
import { readInstance } from '../values/instance-reader.ts';
import { readValue } from '../values/value-reader.ts';
import { valueElement } from '../values/value-writer.ts';
import { type IntrinsicOperation, many, NOTHING, one, type Request, valueContext, written } from './service.ts';
import { instanceWriter } from './views.ts';

/** Parameters that instance operations share and that DSP0200 deprecates. */
const DEPRECATED = ['LocalOnly', 'IncludeQualifiers'];

/** @throws CimError invalidClass */
export function requireClass({ schema }: Request, name: string): CimClass {
  const cimClass = schema.class(name);
  if (cimClass === undefined)
    throw new CimError('invalidClass', `Namespace ${schema.name} has no class ${name.slice(0, 200)}.`, {
      subject: name,
    });
  return cimClass;
}

/** Instances of a class and of all its subclasses. */
export const allOf = ({ service, context, schema }: Request, className: string) =>
  service.broker.execute(context, { kind: 'enumerateInstances', namespace: schema.name, className, deep: true });

/** DeepInheritance FALSE shows no property that the asked class does not have. */
export const baseOf = (request: Request): CimClass | null =>
  request.parameters.boolean('DeepInheritance', true)
    ? null
    : requireClass(request, request.parameters.requiredClassName('ClassName'));

const getInstance: IntrinsicOperation = {
  parameters: ['InstanceName', ...DEPRECATED, 'IncludeClassOrigin', 'PropertyList'],
  run: async (request) => {
    const { service, context, schema, parameters } = request;
    const writer = instanceWriter(request);
    const path = parameters.instanceName('InstanceName');
    return one(
      writer.instance(await service.broker.execute(context, { kind: 'getInstance', namespace: schema.name, path })),
    );
  },
};

const enumerateInstances: IntrinsicOperation = {
  parameters: ['ClassName', ...DEPRECATED, 'DeepInheritance', 'IncludeClassOrigin', 'PropertyList'],
  run: async (request) => {
    const writer = instanceWriter(request, baseOf(request));
    const { items } = await allOf(request, request.parameters.requiredClassName('ClassName'));
    const { paths } = request.service;
    return many(
      written(
        items,
        (instance) =>
          `<VALUE.NAMEDINSTANCE>${paths.instanceName(paths.ofInstance(instance))}${writer.instance(instance)}</VALUE.NAMEDINSTANCE>`,
      ),
    );
  },
};

const enumerateInstanceNames: IntrinsicOperation = {
  parameters: ['ClassName'],
  run: async (request) => {
    const { items } = await allOf(request, request.parameters.requiredClassName('ClassName'));
    const { paths } = request.service;
    return many(written(items, (instance: CimInstance) => paths.instanceName(paths.ofInstance(instance))));
  },
};

const createInstance: IntrinsicOperation = {
  parameters: ['NewInstance'],
  run: async ({ service, context, schema, parameters }) => {
    const instance = readInstance(parameters.element('NewInstance', 'INSTANCE'), schema);
    const path = await service.broker.execute(context, { kind: 'createInstance', namespace: schema.name, instance });
    return one(service.paths.instanceName(path));
  },
};

const modifyInstance: IntrinsicOperation = {
  parameters: ['ModifiedInstance', 'IncludeQualifiers', 'PropertyList'],
  run: async ({ service, context, schema, parameters }) => {
    const named = parameters.element('ModifiedInstance', 'VALUE.NAMEDINSTANCE');
    const path = readPath(named.children[0]);
    const element = child(named, 'INSTANCE');
    if (path === null || path.keys === null || element === undefined)
      throw new CimError('invalidParameter', 'ModifiedInstance holds an INSTANCENAME and an INSTANCE.');
    const { values } = readInstance(element, schema);
    const list = parameters.names('PropertyList');
    await service.broker.execute(context, {
      kind: 'modifyInstance',
      namespace: schema.name,
      path,
      values: list === null ? values : listed(values, list, schema.class(path.className)),
    });
    return NOTHING;
  },
};

/** Of the given values those that are listed; what is listed and not given gets its default (DSP0200 §5.3.2.8). */
function listed(values: CimValues, list: ReadonlySet<string>, cimClass: CimClass | undefined): CimValues {
  const result: CimValues = {};
  for (const name of list) {
    const property = cimClass?.property(name);
    if (property === undefined)
      throw new CimError('noSuchProperty', `${cimClass?.name ?? 'The class'} has no property ${name.slice(0, 100)}.`, {
        subject: name,
      });
    result[property.name] = Object.hasOwn(values, property.name) ? (values[property.name] ?? null) : property.default;
  }
  return result;
}

const deleteInstance: IntrinsicOperation = {
  parameters: ['InstanceName'],
  run: async ({ service, context, schema, parameters }) => {
    const path = parameters.instanceName('InstanceName');
    await service.broker.execute(context, { kind: 'deleteInstance', namespace: schema.name, path });
    return NOTHING;
  },
};

const noSuchProperty = (instance: string, name: string): CimError =>
  new CimError('noSuchProperty', `${instance} has no property ${name.slice(0, 100)}.`, { subject: name });

/** Deprecated by DSP0200, and what scripts of its first years use. */
const getProperty: IntrinsicOperation = {
  parameters: ['InstanceName', 'PropertyName'],
  run: async ({ service, context, schema, parameters }) => {
    const name = parameters.requiredString('PropertyName').trim();
    const path = parameters.instanceName('InstanceName');
    const instance = await service.broker.execute(context, { kind: 'getInstance', namespace: schema.name, path });
    const property = instance.class.property(name);
    if (property === undefined) throw noSuchProperty(instance.class.name, name);
    return one(valueElement(property.type, instance.get(property.name), valueContext(service, schema.name)));
  },
};

const setProperty: IntrinsicOperation = {
  parameters: ['InstanceName', 'PropertyName', 'NewValue'],
  run: async (request) => {
    const { service, context, schema, parameters } = request;
    const name = parameters.requiredString('PropertyName').trim();
    const path = parameters.instanceName('InstanceName');
    const property = requireClass(request, path.className).property(name);
    if (property === undefined) throw noSuchProperty(path.className, name);
    const element = parameters.value('NewValue');
    const value =
      element === null ? null : readValue(property, { ...element, local: 'IPARAMVALUE', children: [element] }, schema);
    await service.broker.execute(context, {
      kind: 'modifyInstance',
      namespace: schema.name,
      path,
      values: { [property.name]: value },
    });
    return NOTHING;
  },
};

export const INSTANCE_OPERATIONS: Readonly<Record<string, IntrinsicOperation>> = {
  GetInstance: getInstance,
  EnumerateInstances: enumerateInstances,
  EnumerateInstanceNames: enumerateInstanceNames,
  CreateInstance: createInstance,
  ModifyInstance: modifyInstance,
  DeleteInstance: deleteInstance,
  GetProperty: getProperty,
  SetProperty: setProperty,
};
