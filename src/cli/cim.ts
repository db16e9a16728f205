import { refused } from '../client/cim-client.ts';
import type { Argument } from '../client/envelope.ts';
import { isReference, listOf, type WireObject, type WireValue } from '../client/object.ts';
import { connectAnywhere, type ConnectOptions, UsageError } from './connect.ts';
import { documentText, type Format, type Listing, listingText } from './print/listing.ts';
import { printable } from './print/output.ts';

/** `vsms wql QUERY`: each object as lines `Name: value`, or JSON. */
export async function wql(query: string, options: ConnectOptions & { output: Format | 'list' }): Promise<void> {
  const client = await connectAnywhere(options);
  try {
    const found: WireObject[] = [];
    for await (const object of client.query(query)) {
      if (options.output === 'list') console.log(`${asLines(object)}\n`);
      else found.push(object);
    }
    if (options.output !== 'list') console.log(await listingText(found, options.output, listingOf(found)));
  } finally {
    client.close();
  }
}

/** `vsms cim enumerate CLASS [--where CONDITION]`: its objects, those of derived classes too. */
export const enumerate = (
  className: string,
  options: ConnectOptions & { output: Format | 'list'; where?: string },
): Promise<void> => {
  if (!/^\w+$/.test(className)) throw new UsageError(`"${className}" is no name of a class. A query is for vsms wql.`);
  return wql(`SELECT * FROM ${className}${options.where === undefined ? '' : ` WHERE ${options.where}`}`, options);
};

/** Every property that one of the objects has is a column. */
const listingOf = (objects: readonly WireObject[]): Listing<WireObject> => ({
  name: ({ className }) => className,
  columns: [...new Set(objects.flatMap(({ properties }) => Object.keys(properties)))].map((name) => ({
    name,
    text: ({ properties }: WireObject) => asText(properties[name] ?? null),
  })),
});

/** `vsms cim get CLASS Key=value ...`. */
export async function get(
  className: string,
  keys: readonly string[],
  options: ConnectOptions & { output: 'list' | 'json' | 'yaml' },
): Promise<void> {
  const client = await connectAnywhere(options);
  try {
    const object = await client.get({ className, selectors: pairs(keys) });
    console.log((await documentText(object, options.output)) ?? asLines(object));
  } finally {
    client.close();
  }
}

/** `vsms cim invoke CLASS METHOD --key K=v --arg N=v`: prints the out parameters; waits for a job. */
export async function invoke(
  className: string,
  method: string,
  options: ConnectOptions & { key: readonly string[]; arg: readonly string[]; wait: boolean },
): Promise<void> {
  const client = await connectAnywhere(options);
  try {
    const target = { className, selectors: pairs(options.key) };
    const args: Record<string, Argument> = {};
    for (const [name, value] of options.arg.map(pair)) {
      const before = args[name];
      args[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
    }
    const result = options.wait ? await client.run(target, method, args) : await client.invoke(target, method, args);
    // 4096: a job has it, and nobody wanted to wait.
    if (result.returnValue !== 0 && result.returnValue !== 4096) throw refused(method, result);
    console.log(asLines({ className: '', properties: result.out }));
  } finally {
    client.close();
  }
}

const pairs = (texts: readonly string[]): Record<string, string> => Object.fromEntries(texts.map(pair));

const pair = (text: string): [string, string] => {
  const at = text.indexOf('=');
  if (at <= 0) throw new UsageError(`"${text}" is not NAME=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
};

const asLines = (object: WireObject): string =>
  Object.entries(object.properties)
    .map(([name, value]) => `${name}: ${asText(value)}`)
    .join('\n');

const asText = (value: WireValue | undefined): string => {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return listOf(value).map(asText).join(', ');
  if (isReference(value)) {
    const keys = Object.entries(value.selectors).map(([name, v]) => `${name}="${printable(v)}"`);
    return `${value.resourceUri.slice(value.resourceUri.lastIndexOf('/') + 1)}.${keys.join(',')}`;
  }
  return `{ ${asLines(value as WireObject).replaceAll('\n', '; ')} }`;
};
