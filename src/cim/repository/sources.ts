import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fold, foldNamespace } from '../names.ts';
import { MofError, type MofClass, type MofPosition, type MofQualifierType } from '../mof/ast.ts';
import { parseMof } from '../mof/parser.ts';

/** A class declaration and the file it stands in. */
export interface DeclaredClass {
  readonly mof: MofClass;
  /** Relative to the schema folder. */
  readonly file: string;
}

export interface DeclaredNamespace {
  /** As first spelled, with backslashes. */
  readonly name: string;
  readonly classes: readonly DeclaredClass[];
}

/** Everything the schema's files say, namespace by namespace. */
export interface SchemaSources {
  readonly namespaces: readonly DeclaredNamespace[];
  readonly qualifiers: ReadonlyMap<string, MofQualifierType>;
  /** Every file read, relative to the schema folder. */
  readonly files: readonly string[];
}

/**
 * Reads `repository.mof` in `folder` and all it includes. `#pragma namespace` holds until the next one; a file that is
 * included into several namespaces gives each of them the same `DeclaredClass` objects.
 * @throws MofError
 */
export const readSources = (folder: string): SchemaSources => new SourceReader(folder).read();

class SourceReader {
  readonly #folder: string;
  readonly #parsed = new Map<string, ReturnType<typeof parseMof>>();
  readonly #declared = new Map<MofClass, DeclaredClass>();
  readonly #namespaces = new Map<string, { name: string; classes: DeclaredClass[] }>();
  readonly #qualifiers = new Map<string, MofQualifierType>();
  readonly #open: string[] = [];
  #current: { name: string; classes: DeclaredClass[] } | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(): SchemaSources {
    this.#include(join(this.#folder, 'repository.mof'), { line: 1, column: 1 });
    return {
      namespaces: [...this.#namespaces.values()],
      qualifiers: this.#qualifiers,
      files: [...this.#parsed.keys()].map((path) => relative(this.#folder, path)),
    };
  }

  #include(path: string, at: MofPosition): void {
    const file = relative(this.#folder, path);
    if (this.#open.includes(path)) throw new MofError(`${file} includes itself`, at, file);
    this.#open.push(path);
    for (const production of this.#parse(path, file).productions) {
      switch (production.kind) {
        case 'pragma':
          this.#pragma(production.name, production.parameter, path, production);
          break;
        case 'qualifier':
          if (this.#qualifiers.has(fold(production.name))) {
            throw new MofError(`The qualifier ${production.name} is declared twice`, production, file);
          }
          this.#qualifiers.set(fold(production.name), production);
          break;
        case 'class':
          if (this.#current === null)
            throw new MofError('No #pragma namespace stands before this class', production, file);
          this.#current.classes.push(this.#declare(production, file));
          break;
        case 'instance':
          throw new MofError('The schema declares classes only; instances come from providers', production, file);
      }
    }
    this.#open.pop();
  }

  #parse(path: string, file: string): ReturnType<typeof parseMof> {
    const known = this.#parsed.get(path);
    if (known !== undefined) return known;
    const parsed = parseMof(readFileSync(path, 'utf8'), file);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  #declare(mof: MofClass, file: string): DeclaredClass {
    const known = this.#declared.get(mof);
    if (known !== undefined) return known;
    const declared = { mof, file };
    this.#declared.set(mof, declared);
    return declared;
  }

  #pragma(name: string, parameter: string | null, path: string, at: MofPosition): void {
    const file = relative(this.#folder, path);
    if (parameter === null) throw new MofError(`#pragma ${name} needs a parameter`, at, file);
    switch (fold(name)) {
      case 'include':
        this.#include(join(dirname(path), parameter), at);
        break;
      case 'namespace': {
        // mofcomp takes `\\.\root\...` and `\\\\.\\root\\...`; the server part says nothing here.
        const local = parameter.replaceAll('/', '\\').replace(/^\\\\\.\\/, '');
        const key = foldNamespace(local);
        this.#current = this.#namespaces.get(key) ?? { name: local, classes: [] };
        this.#namespaces.set(key, this.#current);
        break;
      }
      default:
        throw new MofError(`#pragma ${name} is not known`, at, file);
    }
  }
}
