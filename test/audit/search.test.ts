import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { auditFiles, fileName } from '../../src/audit/files.ts';
import { type AuditSearch, searchTrail } from '../../src/audit/search.ts';
import { AuditTrail } from '../../src/audit/trail.ts';

const ALL: AuditSearch = { since: null, who: null, kind: null, before: null, limit: 100 };

describe('records of the audit trail are found from the newest on', () => {
  let directory: string;
  let second = 0;
  const timeOf = (seq: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString();
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'vsms-audit-'));
    const trail = await AuditTrail.open({
      directory,
      rotateBytes: 1500,
      now: () => new Date(timeOf(++second)),
      onFailure: (error) => assert.fail(String(error)),
    });
    for (let i = 1; i <= 40; i += 1) {
      await trail.append({
        kind: i % 2 === 0 ? 'login' : 'change',
        who: i % 10 === 0 ? 'HOST\\Alice' : 'HOST\\bob',
        from: 'local',
        protocol: 'rest',
        what: `request ${i}`,
        objects: [],
        result: 'ok',
        requestId: null,
      });
    }
    await trail.close();
    assert.ok((await auditFiles(directory)).length > 5);
  });
  after(() => rmSync(directory, { recursive: true }));

  const found = async (search: Partial<AuditSearch>): Promise<readonly number[]> =>
    (await searchTrail(directory, { ...ALL, ...search })).map(({ seq }) => seq);
  const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i);

  test('all, the last ones, and page by page', async () => {
    assert.deepEqual(await found({}), down(40, 1));
    assert.deepEqual(await found({ limit: 3 }), [40, 39, 38]);
    const pages: number[] = [];
    for (let last: number | undefined = 41; last !== undefined; last = pages.at(-1) === last ? undefined : pages.at(-1))
      pages.push(...(await found({ limit: 7, before: last })));
    assert.deepEqual(pages, down(40, 1));
  });

  test('by name, kind and time', async () => {
    assert.deepEqual(await found({ who: 'alice' }), [40, 30, 20, 10]);
    assert.deepEqual(await found({ who: 'alice', limit: 2, before: 40 }), [30, 20]);
    assert.deepEqual(await found({ kind: 'change', limit: 2 }), [39, 37]);
    assert.deepEqual(await found({ since: timeOf(33) }), down(40, 33));
  });

  test('files that cannot have what is asked for are not read', async () => {
    // Whoever opens this one waits for ever.
    execFileSync('mkfifo', [join(directory, fileName(0))]);
    assert.deepEqual(await found({ limit: 3 }), [40, 39, 38]);
    assert.deepEqual(await found({ since: timeOf(35) }), down(40, 35));
    rmSync(join(directory, fileName(0)));
  });
});
