import assert from 'node:assert/strict';
import type { z } from 'zod';
import { jobSchema } from '../../src/rest/jobs/view.ts';
import { routeTable } from '../../src/rest/routes/table.ts';
import type { RestService } from '../../src/rest/service.ts';

// No route is called here, and nothing but its handler knows the service.
const ROUTES = routeTable({ files: {} } as RestService).map(({ verb, path, answers, root, long }) => ({
  verb,
  path: new RegExp(`^${root === true ? '/' : ''}${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  /** One without parameters goes before one that has some. */
  plain: !path.includes('{'),
  answers,
  long,
}));

/** An answer is what the document says: known status, and exactly the members of its schema. */
export const assertConforms = (verb: string, address: string, status: number, body: unknown): void => {
  if (status < 200 || status > 299 || body === null) return;
  const [path = '', query = ''] = address.split('?');
  const found = ROUTES.filter((each) => each.verb === verb && each.path.test(path));
  const route = found.find(({ plain }) => plain) ?? found[0];
  if (route === undefined) return;
  if (status === 202) {
    assert.ok(route.long === true, `${verb} ${address} answers 202, which its route does not know`);
    jobSchema.parse(body);
    return;
  }
  const answer = route.answers[status];
  assert.ok(answer !== undefined, `${verb} ${address} answers ${status}, which its route does not know`);
  if (answer.schema === undefined || new URLSearchParams(query).has('fields')) return;
  const { success, error } = (answer.schema satisfies z.ZodType).safeParse(body);
  assert.ok(success, `${verb} ${address} answers what the document does not say: ${error?.message}`);
};
