import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { compileSchema, printRepositoryFile } from '../../src/cim/repository/compile.ts';
import type { RepositoryFile } from '../../src/cim/repository/format.ts';
import { buildRepository } from '../../src/cim/repository/load.ts';
import { commonClasses, printCommonTypes, printTypes } from '../../src/cim/repository/print-types.ts';
import { readSources } from '../../src/cim/repository/sources.ts';
import type { CimClass, ClassRepository } from '../../src/cim/schema.ts';

const QUALIFIERS = `
  Qualifier Key : boolean = false, Scope(property, reference);
  Qualifier Write : boolean = false, Scope(property);
  Qualifier Override : string, Scope(property, reference, method);
  Qualifier Units : string, Scope(property);
  Qualifier MaxLen : uint32, Scope(property);
  Qualifier ValueMap : string[], Scope(property, method, parameter);
  Qualifier Values : string[], Scope(property, method, parameter);
  Qualifier In : boolean = false, Scope(parameter);
  Qualifier Out : boolean = false, Scope(parameter);
  Qualifier Optional : boolean = false, Scope(parameter);
  Qualifier EmbeddedInstance : string, Scope(property, parameter);
  Qualifier InheritSignature : boolean = false, Scope(method);
  Qualifier TargetNamespace : string, Scope(any);
  Qualifier Abstract : boolean = false, Scope(class);
`;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Compiles files by name; `repository.mof` is the first one read. */
const compileFiles = (files: Readonly<Record<string, string>>): RepositoryFile => {
  const folder = mkdtempSync(join(tmpdir(), 'vsms-schema-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return compileSchema(readSources(folder));
};

const compile = (classes: string): RepositoryFile =>
  compileFiles({ 'repository.mof': `${QUALIFIERS}\n#pragma namespace("root/t")\n${classes}` });

const load = (file: RepositoryFile): ClassRepository =>
  buildRepository(JSON.parse(printRepositoryFile(file)) as RepositoryFile);

const classIn = (file: RepositoryFile, name: string, namespace = 'root/t'): CimClass => {
  const found = load(file).namespace(namespace)?.class(name);
  assert.ok(found !== undefined, name);
  return found;
};

describe('schema compiler', () => {
  test('of each attribute the most derived statement holds', () => {
    const found = classIn(
      compile(`
        class A { [Key, Write, Units("s"), MaxLen(5), ValueMap{"0"}, Values{"zero"}] uint8 X = 1; string Y; };
        class B : A { [Override("X"), Units("ms")] uint8 X; uint8 Z; };
        class C : B { [Override("X"), ValueMap{"1"}, Values{"one"}] uint8 X = 2; };`),
      'C',
    );
    assert.deepEqual(
      found.properties.map(({ name }) => name),
      ['X', 'Y', 'Z'],
    );
    assert.deepEqual(found.property('X'), {
      name: 'X',
      type: 'uint8',
      array: false,
      key: true,
      write: true,
      ref: null,
      targetNamespace: null,
      embedded: null,
      units: 'ms',
      maxLen: 5,
      values: { 1: 'one' },
      default: 2,
      origin: 'A',
    });
  });

  test('a restated method has its own parameters, which keep what they leave out', () => {
    const found = classIn(
      compile(`
        class A { [ValueMap{"0"}, Values{"ok"}]
          uint32 Do([In, Optional, ValueMap{"2"}, Values{"on"}] uint16 State, [Out] A ref Job); };
        class B : A { [Override("Do")] uint32 Do([In] uint16 State, [In, Out] A ref Job); };
        class C : B { [Override("Do"), InheritSignature] uint32 Do(); };`),
      'C',
    );
    const method = found.method('Do');
    assert.deepEqual(method?.returns, { 0: 'ok' });
    assert.deepEqual(
      method.parameters.map(({ name, direction, optional, values }) => [name, direction, optional, values]),
      [
        ['State', 'in', true, { 2: 'on' }],
        ['Job', 'inout', false, null],
      ],
    );
  });

  test('defaults of every type survive the file', () => {
    const found = classIn(
      compile(`class A {
        uint64 U = 18446744073709551615; sint64 S[] = {-9223372036854775808, 1}; real32 R = 1.5; boolean B = true;
        char16 C = 'x'; datetime D = "00000000000500.000000:000"; string T[] = {}; string N = null; };`),
      'A',
    );
    assert.deepEqual(Object.fromEntries(found.properties.map((one) => [one.name, one.default])), {
      U: 18_446_744_073_709_551_615n,
      S: [-9_223_372_036_854_775_808n, 1n],
      R: 1.5,
      B: true,
      C: 'x',
      D: '00000000000500.000000:000',
      T: [],
      N: null,
    });
  });

  test('a file included into two namespaces is one record and a class in each', () => {
    const file = compileFiles({
      'repository.mof': `${QUALIFIERS} #pragma include("a/one.mof") #pragma include("a/two.mof")`,
      'a/one.mof': String.raw`#pragma namespace("\\\\.\\root\\One") #pragma include("../shared.mof")`,
      'a/two.mof': '#pragma namespace("root/two") #pragma include("../shared.mof") class Only : Shared { };',
      'shared.mof': '[Abstract] class Shared { uint8 X; };',
    });
    assert.equal(file.classes.length, 2);
    assert.equal(classIn(file, 'Shared', 'ROOT/ONE').namespace, 'root\\One');
    assert.equal(classIn(file, 'Only', 'root/two').superclass?.namespace, 'root\\two');
    assert.equal(load(file).namespace('root/one')?.class('Only'), undefined);
  });

  test('superclasses may stand after their subclasses', () => {
    assert.deepEqual(classIn(compile('class B : A { }; class A { uint8 X; };'), 'B').derivation, ['A']);
  });

  for (const [classes, message] of [
    ['class A : Gone { };', 'There is no class Gone in root\\t'],
    ['class A : B { }; class B : A { };', 'A derives from itself'],
    ['class A { }; class a { };', 'a is declared twice in root\\t'],
    ['class A { Gone ref X; };', 'There is no class Gone in root\\t'],
    ['class A { Gone X; };', 'There is no class Gone in root\\t'],
    ['class A { [EmbeddedInstance("Gone")] string X; };', 'There is no class Gone in root\\t'],
    ['class A { [TargetNamespace("root/u")] A ref X; };', 'There is no class A in root/u'],
    ['class A { uint8 Do([In] Gone ref X); };', 'There is no class Gone in root\\t'],
    ['class A { uint8 Do(uint8 X); };', 'The parameter X is neither In nor Out'],
    ['class A { string ref X; };', 'A reference cannot lead to string'],
    ['class A { [EmbeddedInstance("A")] uint8 X; };', 'X: only a string carries an embedded instance'],
    ['class A { [Nonsense] uint8 X; };', 'The qualifier Nonsense is not declared'],
    ['[Key] class A { };', 'The qualifier Key is not for a class'],
    ['class A { [Key("yes")] uint8 X; };', 'The value of Key is not of type boolean'],
    ['class A { [Units] uint8 X; };', 'The value of Units is not of type string'],
    ['class A { [Values{1}] uint8 X; };', 'The value of Values is not of type string'],
    ['class A { [MaxLen(-1)] string X; };', 'The value of MaxLen is not of type uint32'],
    ['class A { [ValueMap{"1"}, Values{}] uint8 X; };', 'ValueMap and Values must stand together'],
    ['class A { [Values{"x"}] uint8 X; };', 'ValueMap and Values must stand together'],
    ['class A { [ValueMap{"1", "1"}, Values{"x", "y"}] uint8 X; };', 'A value stands twice in ValueMap'],
    ['class A { uint8 X = 256; };', 'The default does not fit the type uint8'],
    ['class A { boolean X = "true"; };', 'The default does not fit the type boolean'],
    ['class A { datetime X = "today"; };', 'The default does not fit the type datetime'],
    ['class A { uint8 X[] = 1; };', 'The default is not an array'],
    ['class A { uint8 X = {1}; };', 'The default is an array'],
    ['class A { uint8 X; }; class B : A { uint8 x; };', 'x is inherited; say Override("x")'],
    ['class A { [Override("X")] uint8 X; };', 'X overrides nothing'],
    ['class A { [Override("Y")] uint8 X; uint8 Y; };', 'X overrides Y; an override keeps the name'],
    ['class A { uint8 X; }; class B : A { [Override("X")] uint16 X; };', 'X is uint16, but overrides uint8'],
    ['class A { uint8 Do(); }; class B : A { uint8 Do(); };', 'Do is inherited; say Override("Do")'],
    ['class A { [InheritSignature] uint8 Do(); };', 'Do: InheritSignature is for overrides'],
    ['instance of A { };', 'The schema declares classes only'],
    ['#pragma autorecover("x")', '#pragma autorecover is not known'],
    ['#pragma include', '#pragma include needs a parameter'],
    ['#pragma include("repository.mof")', 'repository.mof includes itself'],
    ['Qualifier key : boolean, Scope(any);', 'The qualifier key is declared twice'],
  ]) {
    test(`refused: ${message}`, () => {
      assert.throws(
        () => compile(classes ?? ''),
        (error: Error) => error.name === 'MofError' && error.message.startsWith(message ?? '?'),
      );
    });
  }

  test('refused: a class outside every namespace', () => {
    assert.throws(() => compileFiles({ 'repository.mof': 'class A { };' }), {
      name: 'MofError',
      message: 'No #pragma namespace stands before this class (repository.mof, line 1, column 1)',
    });
  });
});

describe('printed types', () => {
  test('values, arguments and maps, each class after its superclass', () => {
    const namespace = load(
      compile(`
        class Base { uint64 Size; string Tags[]; A_One ref Next; Base Whole; };
        class A_One : Base { uint32 Do([In] string What, [Out] Base ref Job); };
        class A_Two : A_One { datetime When; };`),
    ).namespace('root/t');
    assert.ok(namespace !== undefined);
    const text = printTypes({ namespace, mapName: 'TClasses', objectModule: '../object.ts' });
    assert.equal(
      text,
      `// Types of root\\t, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type { Reference, WireObject } from '../object.ts';

export type Base = {
  Size: bigint | null;
  Tags: readonly (string | null)[] | null;
  Next: Reference | null;
  Whole: WireObject | null;
};

export type A_One = Base;

export interface A_One_Methods {
  Do: {
    in: { What?: string | null };
    out: { Job?: Reference | null };
  };
}

export type A_Two = A_One & {
  When: string | null;
};

export type A_Two_Methods = A_One_Methods;

/** Value types by class name. */
export interface TClasses {
  Base: Base;
  A_One: A_One;
  A_Two: A_Two;
}

/** Method arguments by class name, for the classes that have methods. */
export interface TMethods {
  A_One: A_One_Methods;
  A_Two: A_Two_Methods;
}
`,
    );
  });

  test('a class that is the same in several namespaces, as its superclasses are, stands once', () => {
    const same = 'class Base { string Name; }; class A_Same : Base { uint32 Do([In] string What); };';
    const { namespaces } = load(
      compileFiles({
        'repository.mof': `${QUALIFIERS}
          #pragma namespace("root/t")
          ${same} class A_Other : Base { string Size; }; class A_Under : A_Other { };
          #pragma namespace("root/u")
          ${same} class A_Other : Base { uint16 Size; }; class A_Under : A_Other { };`,
      }),
    );
    const classes = commonClasses(namespaces);
    assert.deepEqual([...classes.keys()], ['Base', 'A_Same']);
    assert.equal(
      printCommonTypes(classes, '../object.ts'),
      `// Types of the classes that several namespaces have, printed by script/compile-schema.ts from the MOF files. Not for editing.

export type Base = {
  Name: string | null;
};

export type A_Same = Base;

export interface A_Same_Methods {
  Do: {
    in: { What?: string | null };
    out: {};
  };
}
`,
    );
    const [, namespace] = namespaces;
    assert.ok(namespace !== undefined);
    assert.equal(
      printTypes({
        namespace,
        mapName: 'UClasses',
        objectModule: '../object.ts',
        common: { module: './common.ts', classes },
      }),
      `// Types of root\\u, printed by script/compile-schema.ts from the MOF files. Not for editing.

import type * as common from './common.ts';

export type A_Other = common.Base & {
  Size: number | null;
};

export type A_Under = A_Other;

/** Value types by class name. */
export interface UClasses {
  Base: common.Base;
  A_Same: common.A_Same;
  A_Other: A_Other;
  A_Under: A_Under;
}

/** Method arguments by class name, for the classes that have methods. */
export interface UMethods {
  A_Same: common.A_Same_Methods;
}
`,
    );
  });
});
