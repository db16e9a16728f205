import type { CimClass, CimMethod, CimParameter, CimProperty, SchemaNamespace } from '../schema.ts';
import type { CimType } from '../values.ts';

/** What the types of a namespace are printed for. */
export interface TypesRequest {
  readonly namespace: SchemaNamespace;
  /** Name of the interface that maps class names to value types; it ends in `Classes`. */
  readonly mapName: string;
  /** Module that has the types `Reference` and `WireObject`, as seen from the printed file. */
  readonly objectModule: string;
  /** Classes that several namespaces have, which stand in a module of their own. */
  readonly common?: CommonTypes;
}

/** Classes that are the same in several namespaces, as all their superclasses are. */
export interface CommonTypes {
  /** Module that has their types, as seen from the printed file. */
  readonly module: string;
  /** By name; a class of that name may be another one in some namespace. */
  readonly classes: ReadonlyMap<string, CimClass>;
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

const BANNER = 'printed by script/compile-schema.ts from the MOF files. Not for editing.';

/**
 * Prints TypeScript types of a namespace: per class the properties with the type their values have, per class with
 * methods the arguments by direction.
 */
export const printTypes = (request: TypesRequest): string => {
  const classes = bySuperclass(request.namespace);
  const { common } = request;
  const isCommon = (one: CimClass): boolean => common !== undefined && isSame(common.classes.get(one.name), one);
  const nameOf: TypeName = (one) => (isCommon(one) ? `common.${one.name}` : one.name);
  const own = classes.filter((one) => !isCommon(one));
  const printed = printClasses(own, nameOf);
  const shared = own.length < classes.length ? [`import type * as common from '${common?.module}';`] : [];
  const parts = [
    `// Types of ${request.namespace.name}, ${BANNER}`,
    [...shared, ...objectImport(printed, request.objectModule)].join('\n'),
    ...printed,
    `/** Value types by class name. */\n${block(
      `export interface ${request.mapName}`,
      classes.map((one) => `${one.name}: ${nameOf(one)};`),
    )}`,
    `/** Method arguments by class name, for the classes that have methods. */\n${block(
      `export interface ${request.mapName.replace(/Classes$/, '')}Methods`,
      classes.filter(hasMethods).map((one) => `${one.name}: ${nameOf(one)}_Methods;`),
    )}`,
  ];
  return `${parts.join('\n\n')}\n`;
};

/** Prints the types of classes that several namespaces have. */
export const printCommonTypes = (classes: CommonTypes['classes'], objectModule: string): string => {
  const printed = printClasses([...classes.values()], plainName);
  const parts = [
    `// Types of the classes that several namespaces have, ${BANNER}`,
    ...objectImport(printed, objectModule),
    ...printed,
  ];
  return `${parts.join('\n\n')}\n`;
};

/** What most of the namespaces have by a name, where at least two have it; each after its superclass. */
export const commonClasses = (namespaces: readonly SchemaNamespace[]): CommonTypes['classes'] => {
  const common = new Map<string, CimClass>();
  const all = namespaces.flatMap(bySuperclass);
  for (const { name } of all) {
    if (common.has(name)) continue;
    const ofThisName = all.filter((one) => one.name === name);
    const twins = ofThisName
      .filter(({ superclass }) => superclass === null || isSame(common.get(superclass.name), superclass))
      .map((one) => ofThisName.filter((other) => isSame(one, other)));
    const most = twins.toSorted((a, b) => b.length - a.length)[0] ?? [];
    if (most.length > 1 && most[0] !== undefined) common.set(name, most[0]);
  }
  return common;
};

/** Whether both print the same types, which those of their superclasses are part of. */
const isSame = (a: CimClass | undefined, b: CimClass): boolean => {
  if (a === b) return true;
  if (a === undefined || printClasses([a], plainName).join() !== printClasses([b], plainName).join()) return false;
  return a.superclass === null || b.superclass === null
    ? a.superclass === b.superclass
    : isSame(a.superclass, b.superclass);
};

/** What the type of a class is called where it is used. */
type TypeName = (one: CimClass) => string;

const plainName: TypeName = ({ name }) => name;

/** What the printed types name of a module. */
const objectImport = (printed: readonly string[], module: string): readonly string[] => {
  const used = ['Reference', 'WireObject'].filter((name) =>
    printed.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
  );
  return used.length === 0 ? [] : [`import type { ${used.join(', ')} } from '${module}';`];
};

const hasMethods = ({ methods }: CimClass): boolean => methods.length > 0;

const printClasses = (classes: readonly CimClass[], nameOf: TypeName): readonly string[] =>
  classes.flatMap((one) => [printClass(one, nameOf), ...(hasMethods(one) ? [printMethods(one, nameOf)] : [])]);

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

const printClass = (one: CimClass, nameOf: TypeName): string => {
  const own = one.properties.filter((property) => property.origin === one.name);
  const base = one.superclass === null ? undefined : nameOf(one.superclass);
  if (own.length === 0) return `export type ${one.name} = ${base ?? 'Record<never, never>'};`;
  const body = block('', own.map(printElement));
  return `export type ${one.name} = ${base === undefined ? '' : `${base} & `}${body};`;
};

const printElement = (element: CimProperty | CimParameter): string => `${element.name}: ${valueType(element)};`;

const valueType = ({ type, array }: CimProperty | CimParameter): string =>
  array ? `readonly (${HELD_AS[type]} | null)[] | null` : `${HELD_AS[type]} | null`;

/** Methods whose arguments the class introduces or changes; those of the superclass by extension. */
const printMethods = (one: CimClass, nameOf: TypeName): string => {
  const inherited = one.superclass?.methods ?? [];
  const known = new Set(inherited.map((method) => printMethod(method).join('\n')));
  const own = one.methods.map(printMethod).filter((lines) => !known.has(lines.join('\n')));
  const base = one.superclass !== null && inherited.length > 0 ? `${nameOf(one.superclass)}_Methods` : null;
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
