// Writes docs/parity.md: what is there of Hyper-V's classes and methods, from the schema, the providers and the tests.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parityTable } from '../test/parity/parity-table.ts';

writeFileSync(fileURLToPath(new URL('../docs/parity.md', import.meta.url)), await parityTable());
