// Prints the types of REST for programs from the table of routes.
//   node script/rest-types.ts           writes the file
//   node script/rest-types.ts --check   writes nothing; fails when it is not current
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '../src/rest/openapi/document.ts';
import { printRestTypes } from '../src/rest/openapi/print-types.ts';
import { routeTable } from '../src/rest/routes/table.ts';
import type { RestService } from '../src/rest/service.ts';

const path = 'src/client/rest/generated/operations.ts';
const file = fileURLToPath(new URL(`../${path}`, import.meta.url));
// No route is called here, and nothing but its handler knows the service.
const routes = routeTable({ files: {} } as RestService);
const text = printRestTypes(openApiDocument(routes, ''));

if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
  if (process.argv.includes('--check')) {
    console.error(`${path} is not current; run: node script/rest-types.ts`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`${path}: ${text.length} characters`);
  }
}
