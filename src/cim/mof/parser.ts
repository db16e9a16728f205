import { fold } from '../names.ts';
import type {
  MofClass,
  MofInstance,
  MofMethod,
  MofParameter,
  MofPosition,
  MofPragma,
  MofProduction,
  MofProperty,
  MofQualifier,
  MofQualifierType,
  MofSpecification,
  MofType,
} from './ast.ts';
import { MofError } from './ast.ts';
import { MofTokens } from './tokens.ts';
import { parseInstanceBody, parseValue, tryQualifiers } from './values.ts';

/** The largest text taken, in characters (spec embedded-instances §2: 16 MiB). */
export const MAX_MOF_TEXT = 16 * 1024 * 1024;

/**
 * Parses a MOF text as DSP0004 Annex A has it, with what WMI adds: `object` and class-named types.
 * Says only what the text says: names are not resolved, values not typed.
 * @throws MofError, nothing else
 */
export const parseMof = (text: string, file: string | null = null): MofSpecification => {
  const tokens = open(text, file);
  const productions: MofProduction[] = [];
  while (!tokens.atEnd()) productions.push(parseProduction(tokens));
  return { productions };
};

/**
 * Parses a text made of `instance of` declarations only: an embedded instance in MOF form (spec embedded-instances §1).
 * Values are as the text spells them; typing them is for the caller, who knows the class. An alias that is used must be
 * declared in the text. At least one instance is there.
 * @throws MofError, nothing else
 */
export const parseMofInstances = (text: string): readonly MofInstance[] => {
  const tokens = open(text, null);
  const instances: MofInstance[] = [];
  do {
    tryQualifiers(tokens);
    instances.push(parseInstance(tokens));
  } while (!tokens.atEnd());
  tokens.checkAliases();
  return instances;
};

const open = (text: string, file: string | null): MofTokens => {
  if (text.length > MAX_MOF_TEXT) {
    throw new MofError(`The text is longer than ${MAX_MOF_TEXT} characters`, { line: 1, column: 1 }, file);
  }
  return new MofTokens(text, file);
};

const parseProduction = (tokens: MofTokens): MofProduction => {
  if (tokens.isSymbol('#')) return parsePragma(tokens);
  const qualifiers = tryQualifiers(tokens);
  if (tokens.isWord('class')) return parseClass(tokens, qualifiers);
  if (tokens.isWord('instance')) return parseInstance(tokens);
  if (qualifiers.length === 0 && tokens.isWord('qualifier')) return parseQualifierType(tokens);
  throw tokens.error("Expected 'class', 'instance of', 'qualifier' or '#pragma'");
};

const parsePragma = (tokens: MofTokens): MofPragma => {
  const { line, column } = tokens.position();
  tokens.takeSymbol('#');
  tokens.takeWord('pragma');
  const name = tokens.takeName('the name of a pragma');
  let parameter: string | null = null;
  if (tokens.trySymbol('(')) {
    const value = parseValue(tokens);
    if (typeof value !== 'string') throw tokens.error('The parameter of a pragma is a string', { line, column });
    parameter = value;
    tokens.takeSymbol(')');
  }
  return { kind: 'pragma', name, parameter, line, column };
};

const parseInstance = (tokens: MofTokens): MofInstance => {
  const instance = parseInstanceBody(tokens);
  tokens.takeSymbol(';');
  return instance;
};

const parseClass = (tokens: MofTokens, qualifiers: readonly MofQualifier[]): MofClass => {
  const { line, column } = tokens.position();
  tokens.takeWord('class');
  const name = tokens.takeName('a class name');
  const alias = tokens.tryWord('as') ? tokens.takeAlias() : null;
  const superclass = tokens.trySymbol(':') ? tokens.takeName('the name of the superclass') : null;
  tokens.takeSymbol('{');
  const properties: MofProperty[] = [];
  const methods: MofMethod[] = [];
  const seen = new Set<string>();
  while (!tokens.isSymbol('}')) {
    const feature = parseFeature(tokens);
    const key = `${feature.kind} ${fold(feature.name)}`;
    if (seen.has(key)) throw tokens.error(`${name} declares the ${feature.kind} ${feature.name} twice`, feature);
    seen.add(key);
    if (feature.kind === 'method') methods.push(feature);
    else properties.push(feature);
  }
  tokens.takeSymbol('}');
  tokens.takeSymbol(';');
  return { kind: 'class', name, superclass, alias, qualifiers, properties, methods, line, column };
};

const parseFeature = (tokens: MofTokens): MofProperty | MofMethod => {
  const qualifiers = tryQualifiers(tokens);
  const { line, column } = tokens.position();
  const type = parseType(tokens);
  const name = tokens.takeName('the name of a property or method');
  if (tokens.trySymbol('(')) {
    const parameters = parseParameters(tokens);
    tokens.takeSymbol(';');
    return { kind: 'method', name, returnType: type, parameters, qualifiers, line, column };
  }
  const array = parseArrayMark(tokens);
  const initial = tokens.trySymbol('=') ? parseValue(tokens) : undefined;
  tokens.takeSymbol(';');
  return { kind: 'property', name, type, array, qualifiers, default: initial, line, column };
};

const parseParameters = (tokens: MofTokens): readonly MofParameter[] => {
  const parameters: MofParameter[] = [];
  if (tokens.trySymbol(')')) return parameters;
  const seen = new Set<string>();
  do {
    const qualifiers = tryQualifiers(tokens);
    const { line, column } = tokens.position();
    const type = parseType(tokens);
    const name = tokens.takeName('the name of a parameter');
    if (seen.has(fold(name))) throw tokens.error(`The parameter ${name} stands twice`, { line, column });
    seen.add(fold(name));
    parameters.push({ kind: 'parameter', name, type, array: parseArrayMark(tokens), qualifiers, line, column });
  } while (tokens.trySymbol(','));
  tokens.takeSymbol(')');
  return parameters;
};

const parseType = (tokens: MofTokens): MofType => {
  const name = tokens.takeName('a type');
  return { name, reference: tokens.tryWord('ref') };
};

/** `[]` or `[n]`; the size binds nobody (spec embedded-instances §2 on ARRAYSIZE). */
const parseArrayMark = (tokens: MofTokens): boolean => {
  if (!tokens.trySymbol('[')) return false;
  tokens.tryInteger();
  tokens.takeSymbol(']');
  return true;
};

/** `Qualifier Key : boolean = false, Scope(property, reference), Flavor(DisableOverride);` */
const parseQualifierType = (tokens: MofTokens): MofQualifierType => {
  const at: MofPosition = tokens.position();
  tokens.takeWord('qualifier');
  const name = tokens.takeName('the name of a qualifier');
  tokens.takeSymbol(':');
  const type = tokens.takeName('a type');
  const array = parseArrayMark(tokens);
  const initial = tokens.trySymbol('=') ? parseValue(tokens) : undefined;
  tokens.takeSymbol(',');
  tokens.takeWord('scope');
  const scopes = parseNames(tokens);
  let flavors: readonly string[] = [];
  if (tokens.trySymbol(',')) {
    tokens.takeWord('flavor');
    flavors = parseNames(tokens);
  }
  tokens.takeSymbol(';');
  return { kind: 'qualifier', name, type, array, default: initial, scopes, flavors, line: at.line, column: at.column };
};

const parseNames = (tokens: MofTokens): readonly string[] => {
  tokens.takeSymbol('(');
  const names: string[] = [];
  do names.push(tokens.takeName('a name'));
  while (tokens.trySymbol(','));
  tokens.takeSymbol(')');
  return names;
};
