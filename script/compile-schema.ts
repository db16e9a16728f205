// Compiles schema/**/*.mof into the class repository and the types made from it.
//   node script/compile-schema.ts           writes the files
//   node script/compile-schema.ts --check   writes nothing; fails when a file is not current
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileSchema, printRepositoryFile } from '../src/cim/repository/compile.ts';
import { buildRepository } from '../src/cim/repository/load.ts';
import { printTypes } from '../src/cim/repository/print-types.ts';
import { readSources } from '../src/cim/repository/sources.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const compiled = compileSchema(readSources(`${root}schema`));
const v2 = buildRepository(compiled).namespace('root\\virtualization\\v2');
if (v2 === undefined) throw new Error('schema/ has no namespace root\\virtualization\\v2');
const outputs: Readonly<Record<string, string>> = {
  'src/cim/repository/generated/schema.json': printRepositoryFile(compiled),
  'src/msvm/generated/v2.ts': printTypes({
    namespace: v2,
    prefix: 'Msvm_',
    mapName: 'V2Classes',
    cimPath: '../../cim',
  }),
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
