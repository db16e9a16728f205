// Compiles schema/**/*.mof into the class repository and the types made from it.
//   node script/compile-schema.ts           writes the files
//   node script/compile-schema.ts --check   writes nothing; fails when a file is not current
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileSchema, printRepositoryFile } from '../src/cim/repository/compile.ts';
import { buildRepository } from '../src/cim/repository/load.ts';
import { commonClasses, printCommonTypes, printTypes } from '../src/cim/repository/print-types.ts';
import { readSources } from '../src/cim/repository/sources.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const compiled = compileSchema(readSources(`${root}schema`));
/** File of the types of each namespace, and what its maps are called. */
const TYPES: Readonly<Record<string, readonly [file: string, name: string]>> = {
  'root\\virtualization': ['v1', 'V1'],
  'root\\virtualization\\v2': ['v2', 'V2'],
  'root\\HyperVCluster\\v2': ['cluster', 'Cluster'],
  'root\\cimv2': ['cimv2', 'Cimv2'],
  'root\\interop': ['interop', 'Interop'],
};
const { namespaces } = buildRepository(compiled);
const common = { module: './common.ts', classes: commonClasses(namespaces) };
const types = namespaces.map((namespace) => {
  const [file, name] = TYPES[namespace.name] ?? [];
  if (file === undefined) throw new Error(`script/compile-schema.ts names no file for the types of ${namespace.name}`);
  const text = printTypes({ namespace, mapName: `${name}Classes`, objectModule: '../object.ts', common });
  return [`src/client/generated/${file}.ts`, text] as const;
});
const outputs: Readonly<Record<string, string>> = {
  'src/cim/repository/generated/schema.json': printRepositoryFile(compiled),
  'src/client/generated/common.ts': printCommonTypes(common.classes, '../object.ts'),
  ...Object.fromEntries(types),
};

for (const [path, text] of Object.entries(outputs)) {
  const current = existsSync(root + path) && readFileSync(root + path, 'utf8') === text;
  if (current) continue;
  if (process.argv.includes('--check')) {
    console.error(`${path} is not current; run: node script/compile-schema.ts`);
    process.exitCode = 1;
  } else {
    writeFileSync(root + path, text);
    console.log(`${path}: ${text.length} characters`);
  }
}
