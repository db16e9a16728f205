import { readFile } from 'node:fs/promises';
import { LineCounter, parseAllDocuments, type Document, isNode } from 'yaml';
import type { z } from 'zod';
import { NoSuchFileError, UsageError } from '../connect.ts';
import { type Manifest, manifestSchema } from './schema.ts';

/** Larger files are none that a person wrote. */
const LARGEST = 4 << 20;

/** Machines of a YAML (or JSON) file, one a document; `-`: standard input. @throws UsageError naming each line that is wrong */
export const readManifests = async (file: string): Promise<readonly Manifest[]> =>
  parseManifests(await textOf(file), file === '-' ? 'standard input' : file);

const textOf = async (file: string): Promise<string> => {
  if (file === '-') {
    process.stdin.setEncoding('utf8');
    let text = '';
    for await (const chunk of process.stdin as AsyncIterable<string>) text += chunk;
    return text;
  }
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new NoSuchFileError(file);
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
  if (bytes.length > LARGEST) throw new UsageError(`${file} is larger than ${LARGEST} bytes.`);
  return bytes.toString('utf8');
};

/** @throws UsageError with a line for each mistake: where it is, what is there, and what belongs there */
export const parseManifests = (text: string, where: string): readonly Manifest[] => {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const found = (Array.isArray(documents) ? documents : []) as readonly Document.Parsed[];
  const mistakes: string[] = [];
  const machines: Manifest[] = [];
  for (const document of found) {
    for (const error of document.errors)
      mistakes.push(`${where}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
    if (document.errors.length > 0 || document.contents === null) continue;
    const result = manifestSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
    if (result.success) machines.push(result.data);
    else for (const issue of result.error.issues) mistakes.push(...tell(document, issue, where, lines));
  }
  const names = machines.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) mistakes.push(`${where}: "${twice}" is there twice.`);
  if (mistakes.length > 0) throw new UsageError(mistakes.join('\n'));
  if (machines.length === 0) throw new UsageError(`${where} holds no machine.`);
  return machines;
};

const tell = (
  document: Document.Parsed,
  issue: z.core.$ZodIssue,
  where: string,
  lines: LineCounter,
): readonly string[] => {
  const at = (path: readonly PropertyKey[]): string => {
    for (let length = path.length; length >= 0; length--) {
      const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range !== null && node.range !== undefined)
        return `${where}:${lines.linePos(node.range[0]).line}`;
    }
    return where;
  };
  const nameOf = (path: readonly PropertyKey[]): string =>
    path.reduce<string>(
      (text, part) =>
        typeof part === 'number' ? `${text}[${part}]` : `${text}${text === '' ? '' : '.'}${String(part)}`,
      '',
    ) || 'the machine';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) =>
        `${at([...issue.path, key])}: ${nameOf([...issue.path, key])} is not known; vsms apply --schema tells what is.`,
    );
  return [`${at(issue.path)}: ${nameOf(issue.path)}: ${issue.message}`];
};
