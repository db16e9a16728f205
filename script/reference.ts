// Writes docs/reference: a page for every class with its methods, from the schema and from what the service registers.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { referencePages } from '../test/parity/reference-pages.ts';

const root = join(import.meta.dirname, '../docs/reference');
for (const folder of ['v2', 'v1', 'cluster']) await rm(join(root, folder), { recursive: true, force: true });
for (const [path, text] of await referencePages()) {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
