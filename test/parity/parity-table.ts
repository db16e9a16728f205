import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Broker } from '../../src/cim/broker/broker.ts';
import type { Provider } from '../../src/cim/broker/provider-registry.ts';
import type { CimClass, SchemaNamespace } from '../../src/cim/schema.ts';
import { CLUSTER, V1, V2 } from '../../src/msvm/register.ts';
import { CONTROL } from '../../src/msvm/v2/methods/not-offered.ts';
import { unsupportedCode } from '../../src/msvm/v2/methods/fallback.ts';
import { openWorld } from '../kit/hyperv-world.ts';
import { PARTLY, NOT_IMPLEMENTED } from './notes.ts';

export const NAMESPACES = { v2: V2, v1: V1, cluster: CLUSTER } as const;
export type Short = keyof typeof NAMESPACES;
const TESTS = join(import.meta.dirname, '..');

class RecordingBroker extends Broker {
  readonly providers: Provider[] = [];

  override register(...providers: readonly Provider[]): void {
    this.providers.push(...providers);
    super.register(...providers);
  }
}

/** Everything that the service registers, and the schema it registers it for. */
export const recorded = async (): Promise<RecordingBroker> => {
  const made: RecordingBroker[] = [];
  await using world = await openWorld({
    broker: (options) => {
      const broker = new RecordingBroker(options);
      made.push(broker);
      return broker;
    },
  });
  const [broker] = made;
  if (broker === undefined || broker !== world.broker) throw new Error('the world has another broker');
  return broker;
};

/** Words of all tests; a method that none names is told as such. */
export const testedWords = (): ReadonlySet<string> => {
  const words = new Set<string>();
  for (const name of readdirSync(TESTS, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:ts|py|json)$/.test(name) || /^(?:parity|schema)\//.test(name)) continue;
    for (const word of readFileSync(join(TESTS, name), 'utf8').match(/[A-Za-z][A-Za-z0-9_]+/g) ?? []) words.add(word);
  }
  return words;
};

export interface Served {
  readonly instances: ReadonlySet<string>;
  readonly methods: ReadonlySet<string>;
  readonly refusals: ReadonlyMap<string, string>;
}

const key = (...parts: readonly string[]): string => parts.join('|').toLowerCase();

export const servedOf = (providers: readonly Provider[]): Served => {
  const instances = new Set<string>();
  const methods = new Set<string>();
  const refusals = new Map<string, string>();
  for (const provider of providers) {
    if ('enumerate' in provider) instances.add(key(provider.namespace, provider.className));
    if (!('methods' in provider)) continue;
    for (const name of Object.keys(provider.methods)) methods.add(key(provider.namespace, provider.className, name));
    for (const [name, reason] of Object.entries(provider.refusals ?? {}))
      refusals.set(key(provider.namespace, provider.className, name), reason);
  }
  return { instances, methods, refusals };
};

/** Classes that are values of properties and parameters. */
export const embeddedIn = (namespace: SchemaNamespace): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const name of namespace.classNames()) {
    const cimClass = namespace.class(name);
    const places = [...(cimClass?.properties ?? []), ...(cimClass?.methods ?? []).flatMap((one) => one.parameters)];
    for (const { embedded } of places) if (embedded !== null) found.add(embedded.toLowerCase());
  }
  return found;
};

export const instancesOf = (cimClass: CimClass, served: Served, embedded: ReadonlySet<string>): string => {
  if (served.instances.has(key(cimClass.namespace, cimClass.name)))
    return cimClass.association ? 'associations' : 'instances';
  if (cimClass.indication) return 'events';
  if ([cimClass.name, ...cimClass.derivation].some((name) => embedded.has(name.toLowerCase()))) return 'in texts';
  return `none: ${reasonOf(cimClass)}`;
};

const reasonOf = ({ name }: CimClass): string =>
  NOT_IMPLEMENTED.find(([subject]) => subject.test(name))?.[1] ?? 'not implemented';

type Mark = 'done' | 'partly' | 'not supported';

export interface MethodRow {
  readonly name: string;
  readonly mark: Mark;
  readonly text: string;
}

export const methodsOf = (
  short: Short,
  cimClass: CimClass,
  served: Served,
  words: ReadonlySet<string>,
): readonly MethodRow[] =>
  cimClass.methods.map(({ name, unsupported }): MethodRow => {
    // Of the most derived class that provides it.
    const provider = [cimClass.name, ...cimClass.derivation]
      .map((className) => key(cimClass.namespace, className, name))
      .find((one) => served.methods.has(one));
    const refusal = provider === undefined ? undefined : served.refusals.get(provider);
    if (refusal !== undefined) {
      const neither = unsupported === true && refusal !== CONTROL ? ' Nor does Hyper-V, as its schema says.' : '';
      return { name, mark: 'not supported', text: refusal + neither };
    }
    const partly = PARTLY[`${short}|${cimClass.name}|${name}`];
    if (provider !== undefined && partly !== undefined) return { name, mark: 'partly', text: partly };
    if (provider !== undefined) return { name, mark: 'done', text: words.has(name) ? '' : 'no test names it' };
    const code = unsupportedCode(name);
    const why = unsupported === true ? 'nor by Hyper-V, as its schema says' : reasonOf(cimClass);
    return { name, mark: 'not supported', text: `${code}: ${why}` };
  });

const PREFACE = `# Parity with Hyper-V's classes

Written by \`script/parity\` from the schema, from what the service registers, and from the tests; \`test/parity\` fails when it is
not current. It tells what is provided, not how well: what is done with limits is told by hand in \`test/parity/notes.ts\`, and
by [CHANGELOG](../CHANGELOG.md).

- **Instances**: objects or associations of the class can be read; "in texts": the class is a value of properties and
  parameters; "events": it is delivered, where something of the kind happens here; "none": with the reason.
- **Methods**: done, and named by a test unless the table says otherwise; partly; not supported, which is the answer that a
  client gets, with the reason. Methods that DMTF's classes declare for everything and that answer 1 here (RequestStateChange of a
  device, StartService and the like) are counted only.
`;

const section = (short: Short, namespace: SchemaNamespace, served: Served, words: ReadonlySet<string>): string => {
  const embedded = embeddedIn(namespace);
  const classes = [...namespace.classNames()]
    .flatMap((name) => namespace.class(name) ?? [])
    .filter((one) => one.name.startsWith('Msvm_') && !one.abstract)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const shown: string[] = [];
  const methods: string[] = [];
  const counts: Record<Mark, number> = { done: 0, partly: 0, 'not supported': 0 };
  let withInstances = 0;
  let none = 0;
  let common = 0;
  for (const cimClass of classes) {
    const state = instancesOf(cimClass, served, embedded);
    if (state === 'instances' || state === 'associations') withInstances += 1;
    if (state.startsWith('none')) none += 1;
    shown.push(`| ${cimClass.name} | ${state} |`);
    for (const { name, mark, text } of methodsOf(short, cimClass, served, words)) {
      if (mark === 'not supported' && (text === CONTROL || text.startsWith('1: '))) {
        common += 1;
        continue;
      }
      counts[mark] += 1;
      methods.push(`| ${cimClass.name}.${name} | ${mark} | ${text} |`);
    }
  }
  return [
    `## ${namespace.name}`,
    '',
    `${classes.length} classes: ${withInstances} with objects or associations, ${none} with none. Methods: ${counts.done} done, ` +
      `${counts.partly} partly, ${counts['not supported']} not supported, ${common} of DMTF's that answer 1.`,
    '',
    '| method | state | why, or what is missing |',
    '|---|---|---|',
    ...methods,
    '',
    '| class | instances |',
    '|---|---|',
    ...shown,
    '',
  ].join('\n');
};

/** The text of docs/parity.md. @throws Error for a note about something that is not there */
export const parityTable = async (): Promise<string> => {
  const broker = await recorded();
  const served = servedOf(broker.providers);
  const words = testedWords();
  const sections = Object.entries(NAMESPACES).map(([short, name]) => {
    const namespace = broker.repository.namespace(name);
    if (namespace === undefined) throw new Error(`the schema has no namespace ${name}`);
    return section(short as Short, namespace, served, words);
  });
  for (const note of Object.keys(PARTLY)) {
    const [short, className, method] = note.split('|');
    const name = NAMESPACES[short as Short];
    if (!served.methods.has(key(name, className ?? '', method ?? ''))) throw new Error(`${note} is provided by nobody`);
    if (served.refusals.has(key(name, className ?? '', method ?? '')))
      throw new Error(`${note} is refused, not partly`);
  }
  return `${PREFACE}\n${sections.join('\n')}`;
};
