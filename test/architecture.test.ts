import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const SRC = join(import.meta.dirname, '../src');

/** Which layers a layer may import, besides itself (src/README.md). */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  daemon: ['audit', 'rest', 'wsman', 'cimxml', 'http', 'msvm', 'cim', 'core', 'qemu', 'simulated', 'store', 'auth'],
  cli: ['audit', 'client', 'daemon', 'qemu', 'core', 'vhd', 'hvfile', 'png', 'iso'],
  client: ['xml'],
  wsman: ['http', 'cim', 'xml'],
  cimxml: ['http', 'cim', 'xml'],
  rest: ['http', 'cim', 'png'],
  png: [],
  iso: [],
  http: ['cim', 'xml'],
  msvm: ['cim', 'core'],
  cim: ['xml'],
  qemu: ['core', 'qmp', 'vhd'],
  simulated: ['core'],
  store: ['core'],
  core: ['vhd', 'hvfile'],
  hvfile: ['xml'],
  xml: [],
  qmp: [],
  vhd: [],
  nbd: ['vhd'],
  auth: [],
  audit: [],
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(SRC, name));

const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((m) => m[1] ?? m[2] ?? m[3] ?? '');

const layerOf = (file: string): string => relative(SRC, file).split('/')[0] ?? '';

test('every import goes down', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const from = layerOf(file);
    for (const specifier of importsOf(file).filter((s) => s.startsWith('.'))) {
      const to = layerOf(resolve(dirname(file), specifier));
      if (to !== from && !(MAY_IMPORT[from] ?? []).includes(to))
        wrong.push(`${relative(SRC, file)} imports ${specifier}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(files.length > 50, 'the files were found');
  assert.deepEqual([...new Set(files.map(layerOf))].toSorted(), Object.keys(MAY_IMPORT).toSorted());
});

/** Folders of core from the ground up; those of one floor know each other. Files beside them are the model and the ports. */
const CORE_FLOORS: readonly (readonly string[])[] = [
  ['host', 'paths', 'devices'],
  ['disks', 'networks', 'jobs', 'events'],
  ['differencing', 'pools'],
  ['systems'],
  ['transfer', 'snapshots', 'metrics'],
  ['images', 'plans', 'switches', 'collections', 'guests', 'reference-points'],
];

test('inside of core, no folder imports one that stands above it', () => {
  const floorOf = (folder: string): number => CORE_FLOORS.findIndex((floor) => floor.includes(folder));
  const core = join(SRC, 'core');
  const folderOf = (file: string): string | null => {
    const [folder, rest] = relative(core, file).split('/');
    return folder === undefined || folder === '..' || rest === undefined ? null : folder;
  };
  const wrong: string[] = [];
  const found = new Set<string>();
  for (const file of files) {
    const from = folderOf(file);
    if (from === null) continue;
    found.add(from);
    for (const specifier of importsOf(file).filter((s) => s.startsWith('.'))) {
      const to = folderOf(resolve(dirname(file), specifier));
      if (to !== null && floorOf(to) > floorOf(from)) wrong.push(`${relative(SRC, file)} imports ${specifier}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual([...found].toSorted(), CORE_FLOORS.flat().toSorted());
});

test('no file imports itself by way of others', () => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(file)
        .filter((s) => s.startsWith('.'))
        .map((s) => resolve(dirname(file), s)),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      cycles.push([...trail.slice(at), file].map((f) => relative(SRC, f)).join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  assert.deepEqual(cycles, []);
});

test('every package that is imported is declared as a dependency', () => {
  const manifest = JSON.parse(readFileSync(join(SRC, '../package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((s) => !s.startsWith('.') && !s.startsWith('node:'))
      .map((s) => (s.startsWith('@') ? s.split('/').slice(0, 2).join('/') : (s.split('/')[0] ?? s)))
      .filter((name) => manifest.dependencies[name] === undefined)
      .map((name) => `${relative(SRC, file)} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});
