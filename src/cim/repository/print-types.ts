import type { CimClass, CimMethod, CimParameter, CimProperty, SchemaNamespace } from '../schema.ts';
import type { CimType } from '../values.ts';

/** What the types of a namespace are printed for. */
export interface TypesRequest {
  readonly namespace: SchemaNamespace;
  /** Name of the interface that maps class names to value types; it ends in `Classes`. */
  readonly mapName: string;
  /** Module that has the types `Reference` and `WireObject`, as seen from the printed file. */
  readonly objectModule: string;
}

/** How programs hold each type. */
const HELD_AS: Readonly<Record<CimType, string>> = {
  boolean: 'boolean',
  string: 'string',
  char16: 'string',
  datetime: 'string',
  uint8: 'number',
  uint16: 'number',
  uint32: 'number',
  uint64: 'bigint',
  sint8: 'number',
  sint16: 'number',
  sint32: 'number',
  sint64: 'bigint',
  real32: 'number',
  real64: 'number',
  reference: 'Reference',
  object: 'WireObject',
};

/**
 * Prints TypeScript types of a namespace: per class the properties with the type their values have, per class with
 * methods the arguments by direction.
 */
export const printTypes = (request: TypesRequest): string => {
  const classes = bySuperclass(request.namespace);
  const parts = [
    `// Types of ${request.namespace.name}, printed by script/compile-schema.ts from the MOF files. Not for editing.`,
    `import type { Reference, WireObject } from '${request.objectModule}';`,
    ...classes.flatMap((one) => [printClass(one), ...(one.methods.length > 0 ? [printMethods(one)] : [])]),
    `/** Value types by class name. */\n${block(
      `export interface ${request.mapName}`,
      classes.map(({ name }) => `${name}: ${name};`),
    )}`,
    `/** Method arguments by class name, for the classes that have methods. */\n${block(
      `export interface ${request.mapName.replace(/Classes$/, '')}Methods`,
      classes.filter((one) => one.methods.length > 0).map(({ name }) => `${name}: ${name}_Methods;`),
    )}`,
  ];
  return `${parts.join('\n\n')}\n`;
};

/** All classes, each after its superclass. */
const bySuperclass = (namespace: SchemaNamespace): readonly CimClass[] => {
  const found = new Set<CimClass>();
  const add = (one: CimClass): void => {
    if (one.superclass !== null) add(one.superclass);
    found.add(one);
  };
  for (const name of namespace.classNames()) {
    const one = namespace.class(name);
    if (one !== undefined) add(one);
  }
  return [...found];
};

const printClass = (one: CimClass): string => {
  const own = one.properties.filter((property) => property.origin === one.name);
  const base = one.superclass?.name;
  if (own.length === 0) return `export type ${one.name} = ${base ?? 'Record<never, never>'};`;
  const body = block('', own.map(printElement));
  return `export type ${one.name} = ${base === undefined ? '' : `${base} & `}${body};`;
};

const printElement = (element: CimProperty | CimParameter): string => `${element.name}: ${valueType(element)};`;

const valueType = ({ type, array }: CimProperty | CimParameter): string =>
  array ? `readonly (${HELD_AS[type]} | null)[] | null` : `${HELD_AS[type]} | null`;

/** Methods whose arguments the class introduces or changes; those of the superclass by extension. */
const printMethods = (one: CimClass): string => {
  const inherited = one.superclass?.methods ?? [];
  const known = new Set(inherited.map((method) => printMethod(method).join('\n')));
  const own = one.methods.map(printMethod).filter((lines) => !known.has(lines.join('\n')));
  const base = inherited.length > 0 ? `${one.superclass?.name}_Methods` : null;
  if (own.length === 0 && base !== null) return `export type ${one.name}_Methods = ${base};`;
  return block(`export interface ${one.name}_Methods${base === null ? '' : ` extends ${base}`}`, own.flat());
};

/** A missing argument means not given, so each is optional. */
const printMethod = (method: CimMethod): readonly string[] => {
  const side = (label: string, excluded: CimParameter['direction']): readonly string[] => {
    const fields = method.parameters
      .filter(({ direction }) => direction !== excluded)
      .map((parameter) => `${parameter.name}?: ${valueType(parameter)}`);
    const line = `${label}: ${fields.length === 0 ? '{}' : `{ ${fields.join('; ')} }`};`;
    if (line.length <= 114) return [line];
    return block(
      `${label}:`,
      fields.map((field) => `${field};`),
    ).split('\n');
  };
  return [`${method.name}: {`, ...indent(side('in', 'out')), ...indent(side('out', 'in')), '};'];
};

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const block = (head: string, lines: readonly string[]): string => {
  const start = head === '' ? '{' : `${head} {`;
  const end = head.endsWith(':') ? '};' : '}';
  return lines.length === 0 ? `${start}${end}` : [start, ...indent(lines), end].join('\n');
};
