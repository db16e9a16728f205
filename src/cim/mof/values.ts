import { fold } from '../names.ts';
import type { MofAlias, MofInstance, MofInstanceProperty, MofQualifier, MofValue } from './ast.ts';
import type { MofTokens } from './tokens.ts';

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** A constant, an array of constants, an alias, or a nested `instance of`. */
export const parseValue = (tokens: MofTokens): MofValue => {
  if (tokens.isSymbol('{')) return tokens.nested(() => parseArray(tokens));
  const token = tokens.token;
  switch (token.kind) {
    case 'string':
      return parseStrings(tokens);
    case 'char':
      tokens.advance();
      return token.text;
    case 'integer':
    case 'real':
      tokens.advance();
      return token.value;
    case 'alias': {
      const alias: MofAlias = { kind: 'alias', name: token.text, line: token.line, column: token.column };
      tokens.useAlias(alias);
      tokens.advance();
      return alias;
    }
    case 'word': {
      if (tokens.isWord('instance')) return tokens.nested(() => parseInstanceBody(tokens));
      const value = WORDS.get(fold(token.text));
      if (value === undefined) break;
      tokens.advance();
      return value;
    }
    case 'symbol':
    case 'end':
      break;
  }
  throw tokens.error('Expected a value');
};

/** Adjacent string constants are one string (DSP0004 Annex A, stringValue). */
const parseStrings = (tokens: MofTokens): string => {
  const parts: string[] = [];
  for (let token = tokens.token; token.kind === 'string'; token = tokens.token) {
    parts.push(token.text);
    tokens.advance();
  }
  return parts.length === 1 ? (parts[0] ?? '') : parts.join('');
};

const parseArray = (tokens: MofTokens): readonly MofValue[] => {
  tokens.takeSymbol('{');
  const items: MofValue[] = [];
  if (tokens.trySymbol('}')) return items;
  do items.push(parseValue(tokens));
  while (tokens.trySymbol(','));
  tokens.takeSymbol('}');
  return items;
};

/** `instance of Class [as $Alias] { Name = value; ... }`, without the semicolon that ends a declaration. */
export const parseInstanceBody = (tokens: MofTokens): MofInstance => {
  const { line, column } = tokens.position();
  tokens.takeWord('instance');
  tokens.takeWord('of');
  const className = tokens.takeName('a class name');
  const alias = tokens.tryWord('as') ? tokens.takeAlias() : null;
  tokens.takeSymbol('{');
  const properties: MofInstanceProperty[] = [];
  const seen = new Set<string>();
  while (!tokens.isSymbol('}')) {
    const property = parseInstanceProperty(tokens);
    if (seen.has(fold(property.name))) throw tokens.error(`The property ${property.name} is given twice`, property);
    seen.add(fold(property.name));
    properties.push(property);
  }
  tokens.takeSymbol('}');
  return { kind: 'instance', className, alias, properties, line, column };
};

/** Qualifiers of a value say nothing that the class does not say; they are read over. */
const parseInstanceProperty = (tokens: MofTokens): MofInstanceProperty => {
  tryQualifiers(tokens);
  const { line, column } = tokens.position();
  const name = tokens.takeName('the name of a property');
  tokens.takeSymbol('=');
  const value = parseValue(tokens);
  tokens.takeSymbol(';');
  return { name, value, line, column };
};

/** A qualifier list in brackets; empty when none is there. */
export const tryQualifiers = (tokens: MofTokens): readonly MofQualifier[] => {
  const qualifiers: MofQualifier[] = [];
  if (!tokens.trySymbol('[')) return qualifiers;
  const seen = new Set<string>();
  do {
    const qualifier = parseQualifier(tokens);
    if (seen.has(fold(qualifier.name))) throw tokens.error(`The qualifier ${qualifier.name} stands twice`, qualifier);
    seen.add(fold(qualifier.name));
    qualifiers.push(qualifier);
  } while (tokens.trySymbol(','));
  tokens.takeSymbol(']');
  return qualifiers;
};

const parseQualifier = (tokens: MofTokens): MofQualifier => {
  const { line, column } = tokens.position();
  const name = tokens.takeName('the name of a qualifier');
  let value: MofQualifier['value'] = null;
  if (tokens.trySymbol('(')) {
    value = parseValue(tokens);
    tokens.takeSymbol(')');
  } else if (tokens.isSymbol('{')) {
    value = parseValue(tokens);
  }
  const flavors: string[] = [];
  if (tokens.trySymbol(':')) while (tokens.isAnyWord()) flavors.push(tokens.takeName('a flavor'));
  return { name, value, flavors, line, column };
};
