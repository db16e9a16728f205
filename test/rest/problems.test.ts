import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CIM_ERRORS, CimError, type CimErrorCode } from '../../src/cim/errors.ts';
import { DOMAIN_ERRORS } from '../../src/core/errors.ts';
import { codeOfReturnValue, problemOf } from '../../src/rest/problems/problem.ts';
import { Service } from '../kit/service.ts';
import { PROBLEMS, type ProblemCode, problemPage } from '../../src/rest/problems/table.ts';
import { Rest } from './kit.ts';

const DOCS = join(import.meta.dirname, '../../docs/errors');
const codes = Object.keys(PROBLEMS) as ProblemCode[];

test('every code has its page in docs/errors, and no page is left over', () => {
  const pages = readdirSync(DOCS).filter((name) => name !== 'README.md');
  assert.deepEqual(pages.toSorted(), codes.map((code) => `${code}.md`).toSorted());
  for (const code of codes) assert.equal(readFileSync(join(DOCS, `${code}.md`), 'utf8'), problemPage(code));
  const index = readFileSync(join(DOCS, 'README.md'), 'utf8');
  for (const code of codes) assert.ok(index.includes(`| ${PROBLEMS[code].status} | [${code}](${code}.md) |`), code);
});

test("every refusal of the domain has the HTTP status that the domain's table has for it", () => {
  for (const [cause, { returnValue, http }] of Object.entries(DOMAIN_ERRORS)) {
    // Hyper-V has one number for both.
    if (cause === 'fileNotFound') continue;
    assert.equal(PROBLEMS[codeOfReturnValue(returnValue)].status, http, cause);
  }
});

test('every failure of the broker is a problem, and a defect is none', () => {
  for (const code of Object.keys(CIM_ERRORS) as CimErrorCode[]) {
    const problem = problemOf(new CimError(code, 'said'));
    assert.equal(problem?.message, 'said');
  }
  assert.equal(problemOf(new CimError('accessDenied', ''))?.status, 403);
  assert.equal(problemOf(new CimError('notFound', ''))?.status, 404);
  assert.equal(problemOf(new TypeError('x')), undefined);
});

test('/errors/CODE tells each code by its own page, and the type of a refusal leads there', async () => {
  await using service = await Service.start({ hypervisor: 'simulated' });
  const rest = new Rest(service);
  const pages = new Set<string>();
  for (const code of codes) {
    const { text, headers } = await rest.expect(200, `/errors/${code}`);
    assert.equal(headers.get('content-type'), 'text/markdown; charset=utf-8', code);
    const [heading, , meaning, , cause = '', , remedy = ''] = text.split('\n');
    const { status, title } = PROBLEMS[code];
    assert.deepEqual([heading, meaning], [`# ${code}`, `**${status} ${title}**`]);
    assert.match(cause, /^\S.* .*\.$/, code);
    assert.match(remedy, /^\*\*What to do\.\*\* .*\.$/, code);
    assert.equal(text, readFileSync(join(DOCS, `${code}.md`), 'utf8'));
    pages.add(cause + remedy);
  }
  assert.equal(pages.size, codes.length, 'no two say the same');
  for (const [status, code, path, ask] of [
    [400, 'invalid-request', '/vms?limit=0', {}],
    [401, 'unauthenticated', '/vms', { as: null }],
    [404, 'not-found', '/errors/no-such-code', {}],
    [404, 'not-found', '/errors/constructor', {}],
    [405, 'method-not-allowed', '/vms', { method: 'DELETE' }],
    [415, 'unsupported-media-type', '/vms', { method: 'POST', body: Buffer.from('x') }],
  ] as const) {
    const { body } = await rest.expect(status, path, ask);
    assert.equal(body.code, code);
    const { text } = await rest.expect(200, (body.type as string).replace(/^\/api\/v1/, ''));
    assert.ok(text.startsWith(`# ${code}\n\n**${status} ${body.title}**\n`), text);
  }
  await rest.expect(401, '/errors/not-found', { as: null });
});
