type Json = Readonly<Record<string, unknown>>;

/** Parameters of headers by the member of the input that gives them; what only browsers send is left out. */
const HEADER_MEMBERS: Readonly<Record<string, string>> = {
  ifMatch: 'The ETag that must still hold; else 412.',
  ifNoneMatch: 'The ETag that is known; 304 when it still holds.',
  prefer: 'respond-async, wait=SECONDS',
  idempotencyKey: 'The same key and body within a day answers the first answer again.',
};

const EVENT_STREAM = 'text/event-stream';

/**
 * TypeScript of an OpenAPI document of ours, for programs: a type of each component, and the input and answers of each
 * operation. `fields` is no part of the query: an operation that takes it is marked, since an answer of chosen members has not the
 * type of the resource (`Answer` of the client). Streams of events have no type in OpenAPI and are left out.
 */
export const printRestTypes = (document: object): string => {
  const { paths, components } = document as { paths: Record<string, Record<string, Json>>; components: Json };
  const operations = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.entries(verbs)
      .filter(([, operation]) => !JSON.stringify(operation['responses']).includes(EVENT_STREAM))
      .map(([verb, operation]) => ({ verb: verb.toUpperCase(), path, operation })),
  );
  const types = Object.entries(components['schemas'] as Record<string, Json>).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema, '')};`,
  );
  const parts = [
    '// Types of REST, printed by script/rest-types.ts from the table of routes. Not for editing.',
    '/** A body that is no JSON: bytes as they come. */\nexport interface Bytes {\n  readonly bytes: true;\n}',
    ...types,
    `/** What each operation takes, and what it answers by its status. */\nexport interface Operations {\n${operations
      .map(({ operation }) => printOperation(operation))
      .join('\n')}\n}`,
    `/** Where each operation is. */\nexport const OPERATIONS = {\n${operations
      .map(
        ({ verb, path, operation }) => `  ${String(operation['operationId'])}: { verb: '${verb}', path: '${path}' },`,
      )
      .join(
        '\n',
      )}\n} as const satisfies Readonly<Record<keyof Operations, { readonly verb: string; readonly path: string }>>;`,
  ];
  return `${parts.join('\n\n')}\n`;
};

const printOperation = (operation: Json): string => {
  const answers = Object.entries(operation['responses'] as Record<string, Json>)
    .filter(([status]) => status !== 'default')
    .map(
      ([status, answer]) =>
        `      readonly ${status}: ${contentType(answer['content'] as Json | undefined, '      ')};`,
    );
  return [
    `  /** ${String(operation['summary'])} */`,
    `  readonly ${String(operation['operationId'])}: {`,
    `    readonly input: ${inputOf(operation)};`,
    ...(takesFields(operation)
      ? ['    /** Members of its resource can be chosen. */', '    readonly fields: true;']
      : []),
    `    readonly answers: {`,
    ...answers,
    `    };`,
    `  };`,
  ].join('\n');
};

const takesFields = (operation: Json): boolean =>
  (operation['parameters'] as readonly Json[]).some(({ $ref }) => $ref === '#/components/parameters/fields');

const inputOf = (operation: Json): string => {
  const parameters = operation['parameters'] as readonly Json[];
  const members = (place: string): string[] =>
    parameters
      .filter((each) => each['in'] === place)
      .map(({ name, required, schema }) =>
        member(String(name), typeOf(schema as Json, '        '), required === true, schema as Json, '        '),
      );
  const group = (name: string, lines: readonly string[], required: boolean): string[] =>
    lines.length === 0 ? [] : [`      readonly ${name}${required ? '' : '?'}: {\n${lines.join('\n')}\n      };`];
  const query = members('query');
  const content = (operation['requestBody'] as Json | undefined)?.['content'] as Json | undefined;
  const body = content === undefined ? [] : [bodyOf(content)];
  const headers = parameters.flatMap(({ $ref }) => {
    const name = typeof $ref === 'string' ? $ref.slice($ref.lastIndexOf('/') + 1) : '';
    const text = HEADER_MEMBERS[name];
    return text === undefined ? [] : [`      /** ${text} */\n      readonly ${name}?: string;`];
  });
  const needed = query.some((line) => /^\s*(?:\/\*\*.*\*\/\s*)?readonly \S+(?<!\?):/.test(line));
  const lines = [...group('params', members('path'), true), ...group('query', query, needed), ...body, ...headers];
  return lines.length === 0 ? 'Readonly<Record<never, never>>' : `{\n${lines.join('\n')}\n    }`;
};

/** A body none of whose members must be given may be left out. */
const bodyOf = (content: Json): string => {
  const schema = (content['application/json'] as { schema?: Json } | undefined)?.schema;
  const optional = schema?.['type'] === 'object' && ((schema['required'] ?? []) as readonly string[]).length === 0;
  return `      readonly body${optional ? '?' : ''}: ${contentType(content, '      ')};`;
};

const contentType = (content: Json | undefined, indent: string): string => {
  if (content === undefined) return 'null';
  const schema = (content['application/json'] as { schema?: Json } | undefined)?.schema;
  return schema === undefined ? 'Bytes' : typeOf(schema, indent);
};

const member = (name: string, type: string, required: boolean, schema: Json, indent: string): string => {
  const { description, default: otherwise } = schema;
  const texts = [
    ...(typeof description === 'string' ? [description] : []),
    ...(otherwise === undefined ? [] : [`Default: ${JSON.stringify(otherwise)}`]),
  ];
  const comment = texts.length === 0 ? '' : `${indent}/** ${texts.join('; ').replaceAll('*/', '*\\/')} */\n`;
  return `${comment}${indent}readonly ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`}${required ? '' : '?'}: ${type};`;
};

/** The word of a number that has none of its own (`management/values.ts`). */
const CODE = '^code-?\\d+$';

const typeOf = (schema: Json, indent: string): string => {
  const {
    $ref,
    anyOf,
    oneOf,
    enum: values,
    const: one,
    type,
    items,
    properties,
    additionalProperties,
    pattern,
  } = schema;
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
  const union = (anyOf ?? oneOf) as readonly Json[] | undefined;
  if (union !== undefined) return [...new Set(union.map((each) => typeOf(each, indent)))].join(' | ');
  if (Array.isArray(values)) return values.map((value) => literal(value)).join(' | ');
  if (one !== undefined) return literal(one);
  if (Array.isArray(type)) return type.map((each: string) => typeOf({ ...schema, type: each }, indent)).join(' | ');
  switch (type) {
    case 'string':
      return pattern === CODE ? '`code${number}`' : 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return arrayOf(typeOf(items as Json, indent));
    case 'object':
      break;
    default:
      return 'unknown';
  }
  if (properties === undefined)
    return `Readonly<Record<string, ${typeof additionalProperties === 'object' ? typeOf(additionalProperties as Json, indent) : 'unknown'}>>`;
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  const lines = Object.entries(properties as Record<string, Json>).map(([name, inner]) =>
    member(name, typeOf(inner, `${indent}  `), required.has(name), inner, `${indent}  `),
  );
  return lines.length === 0 ? 'Readonly<Record<never, never>>' : `{\n${lines.join('\n')}\n${indent}}`;
};

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value);

const arrayOf = (item: string): string => (/^[\w.]+$/.test(item) ? `readonly ${item}[]` : `ReadonlyArray<${item}>`);
