import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import { sameName } from '../../cim/names.ts';
import { parseQuery } from '../../cim/wql/parse-query.ts';
import { escapeXml } from '../../xml/escape.ts';
import { StatusError } from '../message/status.ts';
import { ClassWriter } from '../values/class-writer.ts';
import { filterParameters, type Traversal, traverse } from './associations.ts';
import { allOf, baseOf } from './instances.ts';
import { type Batch, type PullKind, PullSource } from './pull-source.ts';
import { runQuery } from './query.ts';
import { type Answer, type IntrinsicOperation, NOTHING, type Request, valueContext, written } from './service.ts';
import { instanceWriter } from './views.ts';

const COMMON = ['FilterQueryLanguage', 'FilterQuery', 'OperationTimeout', 'ContinueOnError', 'MaxObjectCount'];

/** Out parameters stand after the objects (wire-cimxml §4). */
const state = (done: boolean, context: string): string =>
  `<PARAMVALUE NAME="EndOfSequence" PARAMTYPE="boolean"><VALUE>${done ? 'TRUE' : 'FALSE'}</VALUE></PARAMVALUE>` +
  `<PARAMVALUE NAME="EnumerationContext" PARAMTYPE="string"><VALUE>${escapeXml(context)}</VALUE></PARAMVALUE>`;

/** ms; infinite for 0. @throws StatusError invalidOperationTimeout */
function idleTime({ service: { limits }, parameters }: Request): number {
  const seconds = parameters.count('OperationTimeout');
  if (seconds === null) return limits.pullIdleMs;
  if (seconds > limits.maxPullTimeout)
    throw new StatusError('invalidOperationTimeout', `OperationTimeout is at most ${limits.maxPullTimeout} s.`);
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
}

/** @throws CimError invalidQueryLanguage; StatusError */
function refuseFilter({ parameters }: Request): void {
  const language = parameters.string('FilterQueryLanguage');
  if (language !== null && !sameName(language.trim(), 'DMTF:FQL'))
    throw new CimError('invalidQueryLanguage', `Filter language "${language.slice(0, 40)}" is not supported.`);
  if (language !== null || parameters.string('FilterQuery') !== null)
    throw new StatusError('filteredEnumerationNotSupported', 'Enumerations are not filtered here; use a query.');
}

function refuseContinueOnError({ parameters }: Request): void {
  if (parameters.boolean('ContinueOnError', false))
    throw new StatusError('continuationOnErrorNotSupported', 'An enumeration ends at its first error.');
}

const bounded = ({ service: { limits } }: Request, count: number): number => Math.min(count, limits.maxPullObjects);

/** Everything is checked before anything is started; a context exists only while objects are left. */
async function open(
  request: Request,
  kind: PullKind,
  find: () => Promise<Iterable<string> | AsyncIterable<string>>,
  more = '',
): Promise<Answer> {
  const { service, parameters, context } = request;
  refuseContinueOnError(request);
  const idleMs = idleTime(request);
  const count = bounded(request, parameters.count('MaxObjectCount') ?? 0);
  service.contexts.checkQuota(context.caller.name);
  const source = new PullSource(kind, await find());
  try {
    const batch = await take(request, source, count);
    const id = batch.done ? '' : service.contexts.open(context.caller.name, source, idleMs);
    return answer(batch, id, more);
  } catch (error) {
    source.close();
    throw error;
  }
}

/**
 * The next objects. A client that is cut off before it has the answer cannot know what was in it: the enumeration is over
 * then, so that its next Pull is refused and does not go on behind a gap.
 */
async function take({ service, context: { signal } }: Request, source: PullSource, count: number): Promise<Batch> {
  signal.throwIfAborted();
  signal.addEventListener('abort', () => service.contexts.closeSource(source), { once: true });
  const batch = await source.pull(count, service.limits.maxPullCharacters, signal);
  signal.throwIfAborted();
  return batch;
}

const answer = ({ items, done }: Batch, id: string, more = ''): Answer => ({ items, out: state(done, id) + more });

const withPath =
  ({ service: { paths }, schema }: Request, writer: { instance(instance: CimInstance): string }) =>
  (instance: CimInstance): string =>
    `<VALUE.INSTANCEWITHPATH>${paths.fullPath(paths.ofInstance(instance), schema.name)}${writer.instance(instance)}</VALUE.INSTANCEWITHPATH>`;

const pathOnly =
  ({ service: { paths }, schema }: Request) =>
  (instance: CimInstance): string =>
    paths.fullPath(paths.ofInstance(instance), schema.name);

const openInstances: IntrinsicOperation = {
  parameters: ['ClassName', 'DeepInheritance', 'IncludeClassOrigin', 'PropertyList', ...COMMON],
  run: async (request) => {
    refuseFilter(request);
    const writer = instanceWriter(request, baseOf(request));
    const className = request.parameters.requiredClassName('ClassName');
    return open(request, 'withPath', async () =>
      written((await allOf(request, className)).items, withPath(request, writer)),
    );
  },
};

const openPaths: IntrinsicOperation = {
  parameters: ['ClassName', ...COMMON],
  run: async (request) => {
    refuseFilter(request);
    const className = request.parameters.requiredClassName('ClassName');
    return open(request, 'paths', async () => written((await allOf(request, className)).items, pathOnly(request)));
  },
};

const openTraversal = (traversal: Traversal): IntrinsicOperation => ({
  parameters: ['InstanceName', ...filterParameters(traversal), 'IncludeClassOrigin', 'PropertyList', ...COMMON],
  run: async (request) => {
    refuseFilter(request);
    const writer = instanceWriter(request);
    const source = request.parameters.instanceName('InstanceName');
    return open(request, 'withPath', async () =>
      written((await traverse(request, traversal, source)).items, withPath(request, writer)),
    );
  },
});

const openTraversalPaths = (traversal: Traversal): IntrinsicOperation => ({
  parameters: ['InstanceName', ...filterParameters(traversal), ...COMMON],
  run: async (request) => {
    refuseFilter(request);
    const source = request.parameters.instanceName('InstanceName');
    return open(request, 'paths', async () =>
      written((await traverse(request, traversal, source)).items, pathOnly(request)),
    );
  },
});

const openQuery: IntrinsicOperation = {
  parameters: ['ReturnQueryResultClass', ...COMMON],
  run: async (request) => {
    const { parameters } = request;
    const language = parameters.requiredString('FilterQueryLanguage');
    const query = parameters.requiredString('FilterQuery');
    const found = await runQuery(request, language, query);
    const resultClass = parameters.boolean('ReturnQueryResultClass', false)
      ? queryResultClass(request, query, found.columns)
      : '';
    return open(request, 'instances', async () => found.items, resultClass);
  },
};

/** The class that is asked of, with the asked properties; NULL for associations, whose results are of many classes. */
function queryResultClass({ service, schema }: Request, text: string, columns: ReadonlySet<string> | null): string {
  const query = parseQuery(text);
  const cimClass = query.kind === 'select' ? schema.class(query.from) : undefined;
  const view = { localOnly: false, qualifiers: false, classOrigin: false, properties: columns };
  const writer = new ClassWriter(view, (namespace) => valueContext(service, namespace));
  return `<PARAMVALUE NAME="QueryResultClass">${cimClass === undefined ? '' : writer.class(cimClass)}</PARAMVALUE>`;
}

const pull = (kind: PullKind): IntrinsicOperation => ({
  parameters: ['EnumerationContext', 'MaxObjectCount'],
  run: async (request) => {
    const { service, parameters, context } = request;
    const id = parameters.requiredString('EnumerationContext');
    const count = parameters.count('MaxObjectCount');
    if (count === null)
      throw new CimError('invalidParameter', 'Parameter MaxObjectCount is needed.', { subject: 'MaxObjectCount' });
    await tellTheft(request, id);
    const taken = service.contexts.take(id, context.caller.name);
    if (taken.source.kind !== kind) {
      taken.keep();
      throw new StatusError('invalidEnumerationContext', 'This enumeration was opened for another kind of Pull.');
    }
    try {
      const batch = await take(request, taken.source, bounded(request, count));
      if (batch.done) taken.close();
      else taken.keep();
      return answer(batch, batch.done ? '' : id);
    } catch (error) {
      taken.close();
      throw error;
    }
  },
});

/** Whoever names the enumeration of somebody else is told that there is none; the trail knows better (hardening 19). */
async function tellTheft({ service, call, context }: Request, id: string): Promise<void> {
  const { caller, requestId } = context;
  if (!service.contexts.isForeign(id, caller.name)) return;
  await service.turnedAway({
    caller,
    protocol: 'cimxml',
    what: call.name,
    reason: "somebody else's enumeration",
    requestId,
  });
}

const closeEnumeration: IntrinsicOperation = {
  parameters: ['EnumerationContext'],
  run: async (request) => {
    const { service, parameters, context } = request;
    const id = parameters.requiredString('EnumerationContext');
    await tellTheft(request, id);
    service.contexts.release(id, context.caller.name);
    return NOTHING;
  },
};

/** Nobody knows how many there are before they were visited, and DSP0200 deprecates the question. */
const enumerationCount: IntrinsicOperation = {
  parameters: ['EnumerationContext'],
  run: () => {
    throw new CimError('notSupported', 'EnumerationCount is not supported; pull until EndOfSequence.');
  },
};

export const PULL_OPERATIONS: Readonly<Record<string, IntrinsicOperation>> = {
  OpenEnumerateInstances: openInstances,
  OpenEnumerateInstancePaths: openPaths,
  OpenAssociatorInstances: openTraversal('associators'),
  OpenAssociatorInstancePaths: openTraversalPaths('associators'),
  OpenReferenceInstances: openTraversal('references'),
  OpenReferenceInstancePaths: openTraversalPaths('references'),
  OpenQueryInstances: openQuery,
  PullInstancesWithPath: pull('withPath'),
  PullInstancePaths: pull('paths'),
  PullInstances: pull('instances'),
  CloseEnumeration: closeEnumeration,
  EnumerationCount: enumerationCount,
};
