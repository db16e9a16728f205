import type { CimClass, CimMethod, CimProperty, SchemaNamespace } from '../../src/cim/schema.ts';
import { FAULTS } from '../../src/wsman/faults/fault-table.ts';
import {
  embeddedIn,
  instancesOf,
  type MethodRow,
  methodsOf,
  NAMESPACES,
  recorded,
  type Served,
  servedOf,
  type Short,
  testedWords,
} from './parity-table.ts';

/** Classes that have a page: those of Hyper-V and our own, that objects can be of. */
const hasPage = (cimClass: CimClass): boolean => /^(?:Msvm|Vsms)_/.test(cimClass.name) && !cimClass.abstract;

/** Text that Markdown and the site leave as it is. */
const plain = (text: string): string =>
  text.replace(/[<>{}|*_`[\]\\]/g, (c) => `&#${c.charCodeAt(0)};`).replaceAll('\n', ' ');

/** Long maps of values say no more by being whole. */
const MOST_VALUES = 24;

const valuesText = (values: Readonly<Record<string, string>> | null): string => {
  if (values === null) return '';
  const all = Object.entries(values).map(([value, word]) => `${value} ${word}`);
  return plain(all.length > MOST_VALUES ? `${all.slice(0, MOST_VALUES).join(', ')}, ...` : all.join(', '));
};

interface Typed {
  readonly type: string;
  readonly array: boolean;
  readonly ref: string | null;
  readonly embedded: string | null;
}

class Pages {
  readonly #linked: ReadonlySet<string>;

  constructor(namespace: SchemaNamespace) {
    const all = [...namespace.classNames()].flatMap((name) => namespace.class(name) ?? []);
    this.#linked = new Set(all.filter(hasPage).map(({ name }) => name));
  }

  link(name: string): string {
    return this.#linked.has(name) ? `[${name}](./${name}.md)` : name;
  }

  typeOf({ type, array, ref, embedded }: Typed): string {
    const what = ref === null ? type : `reference to ${this.link(ref)}`;
    return `${what}${array ? ', list' : ''}${embedded === null ? '' : `, text of ${this.link(embedded)}`}`;
  }

  property(property: CimProperty): string {
    const facts = [
      property.key ? 'key' : '',
      property.write ? 'may be set' : '',
      property.units === null ? '' : plain(property.units),
      property.default === null ? '' : `default ${plain(String(property.default))}`,
      valuesText(property.values),
    ].filter((fact) => fact !== '');
    return `| ${property.name} | ${this.typeOf(property)} | ${facts.join('; ')} | ${property.origin} |`;
  }

  method({ parameters, returns, origin }: CimMethod, { name, mark, text }: MethodRow): readonly string[] {
    return [
      `### ${name}`,
      '',
      `**${mark}**${text === '' ? '' : `: ${plain(text)}`}. Declared by ${this.link(origin)}.`,
      '',
      ...(parameters.length === 0
        ? ['No parameters.', '']
        : [
            '| parameter | direction | type | values |',
            '|---|---|---|---|',
            ...parameters.map(
              (one) =>
                `| ${one.name} | ${one.direction}${one.optional ? ', optional' : ''} | ${this.typeOf(one)} | ${valuesText(one.values)} |`,
            ),
            '',
          ]),
      ...(returns === null ? [] : [`Answers ${valuesText(returns)}.`, '']),
    ];
  }

  page(cimClass: CimClass, instances: string, methods: readonly MethodRow[]): string {
    const { name, namespace, derivation, properties } = cimClass;
    return [
      `# ${name}`,
      '',
      `\`${namespace}\`; derived from ${derivation.length === 0 ? 'no other class' : derivation.map((each) => this.link(each)).join(', ')}. Here: ${plain(instances)}.`,
      '',
      '| property | type | | declared by |',
      '|---|---|---|---|',
      ...properties.map((each) => this.property(each)),
      '',
      ...(methods.length === 0 ? [] : ['## Methods', '']),
      ...methods.flatMap((row) => {
        const method = cimClass.methods.find((each) => each.name === row.name);
        return method === undefined ? [] : this.method(method, row);
      }),
    ].join('\n');
  }
}

const namespacePages = (
  short: Short,
  namespace: SchemaNamespace,
  served: Served,
  words: ReadonlySet<string>,
): ReadonlyMap<string, string> => {
  const embedded = embeddedIn(namespace);
  const pages = new Pages(namespace);
  const found = new Map<string, string>();
  const rows: string[] = [];
  const classes = [...namespace.classNames()].flatMap((name) => namespace.class(name) ?? []).filter(hasPage);
  for (const cimClass of classes.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const instances = instancesOf(cimClass, served, embedded);
    const methods = methodsOf(short, cimClass, served, words);
    const done = methods.filter(({ mark }) => mark !== 'not supported').length;
    found.set(`${short}/${cimClass.name}.md`, pages.page(cimClass, instances, methods));
    rows.push(
      `| ${pages.link(cimClass.name)} | ${plain(instances)} | ${methods.length === 0 ? '' : `${done} of ${methods.length}`} |`,
    );
  }
  const head = [`# ${namespace.name.replaceAll('\\', '&#92;')}`, '', '| class | here | methods |', '|---|---|---|'];
  found.set(`${short}/index.md`, [...head, ...rows, ''].join('\n'));
  return found;
};

/** Every fault of WS-Management that the service can answer. */
const faultsPage = (): string =>
  [
    '# Faults of WS-Management',
    '',
    'Every fault that the service answers, by its subcode; `Code` is that of `f:WSManFault`. The reason in an answer can say more.',
    '',
    '| subcode | detail | Code | reason |',
    '|---|---|---|---|',
    ...Object.values(FAULTS).map(
      ({ code, subcode, detail, wsman, reason }) =>
        `| ${subcode ?? code} | ${detail ?? ''} | ${wsman} (0x${wsman.toString(16)}) | ${plain(reason)} |`,
    ),
    '',
  ].join('\n');

/** Pages of every class of Hyper-V and of ours with its properties and methods, by their place below docs/reference. */
export const referencePages = async (): Promise<ReadonlyMap<string, string>> => {
  const broker = await recorded();
  const served = servedOf(broker.providers);
  const words = testedWords();
  const all = new Map<string, string>();
  for (const [short, name] of Object.entries(NAMESPACES) as [Short, string][]) {
    const namespace = broker.repository.namespace(name);
    if (namespace === undefined) throw new Error(`the schema has no namespace ${name}`);
    for (const [path, text] of namespacePages(short, namespace, served, words)) all.set(path, text);
  }
  all.set('faults.md', faultsPage());
  return all;
};
