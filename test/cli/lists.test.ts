import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { listingText } from '../../src/cli/print/listing.ts';
import { yamlText } from '../../src/cli/print/yaml-text.ts';
import { NS } from '../../src/client/uris.ts';
import { Service } from '../kit/service.ts';
import { local, vsms } from './kit.ts';

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts');
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
/** A reader of RFC 4180, for what we write. */
const readCsv = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, bare]) =>
        quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'),
      ),
    );

describe('lists in every format', () => {
  let service: Service;
  const say = (...words: readonly string[]) => vsms(local(service), ...words);
  const out = async (...words: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await say(...words);
    assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
    return stdout.trimEnd();
  };
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    for (const name of ['web "1", a', 'db'])
      await out('vm', 'create', name, '--memory', '512', '--processors', '2', '--notes', `note of ${name}`);
  });
  after(() => service[Symbol.asyncDispose]());

  test('vm list: table, wide, json, yaml, csv and name tell the same machines', async () => {
    const json = JSON.parse(await out('vm', 'list', '-o', 'json')) as { name: string; id: string }[];
    assert.deepEqual(
      json.map(({ name }) => name),
      ['db', 'web "1", a'],
    );
    assert.deepEqual(parse(await out('vm', 'list', '-o', 'yaml')), json);
    assert.equal(await out('vm', 'list', '-o', 'name'), 'db\nweb "1", a');
    const [head, ...rows] = readCsv(await out('vm', 'list', '-o', 'csv'));
    assert.deepEqual(head?.slice(0, 6), ['name', 'state', 'uptime', 'pid', 'id', 'generation']);
    assert.deepEqual(
      rows.map((row) => [row[0], row[4], row[5], row[6], row.at(-1)]),
      json.map(({ name, id }) => [name, id, '2', '2', `note of ${name}`]),
    );
    const wide = await out('vm', 'list', '-o', 'wide');
    assert.match(wide, /^NAME +STATE +UPTIME +PID +ID +GENERATION +PROCESSORS +CPU % +MEMORY MB +GUEST +NOTES$/m);
    assert.match(wide, /^db .* 2 +2 +0 .*note of db$/m);
    assert.doesNotMatch(await out('vm', 'list'), /NOTES/);
  });

  for (const command of [
    'switch list',
    'switch adapters',
    'nic list db',
    'checkpoint list db',
    'plan list',
    'job list',
  ])
    test(`${command} is a list in YAML and in CSV`, async () => {
      const rows = parse(await out(...command.split(' '), '-o', 'yaml')) as unknown[];
      const csv = readCsv(await out(...command.split(' '), '-o', 'csv'));
      assert.equal(csv.length, rows.length + 1);
      assert.ok(csv.every((cells) => cells.length === csv[0]?.length));
    });

  test('accounts and tokens too; another format is refused and names those that there are', async () => {
    assert.match(await out('user', 'list', '-o', 'csv'), /^name,role,NTLM,created\nadmin,administrator,no,\d{4}-/);
    assert.deepEqual(parse(await out('token', 'list', '-o', 'yaml')), []);
    const wrong = await say('nic', 'list', 'db', '-o', 'toml');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /table, wide, json, yaml, csv, name/);
  });

  test('wql as a table and as CSV has a column for each property', async () => {
    const query = 'SELECT ElementName, EnabledState FROM Msvm_ComputerSystem WHERE EnabledState = 3';
    assert.match(await out('wql', query, '-o', 'table'), /^ELEMENTNAME +ENABLEDSTATE\n/);
    assert.deepEqual(readCsv(await out('wql', query, '-o', 'csv')).toSorted(), [
      ['ElementName', 'EnabledState'],
      ['db', '3'],
      ['web "1", a', '3'],
    ]);
  });

  test('--watch prints again when something changed, and only then', async () => {
    const child = spawn(process.execPath, [MAIN, 'vm', 'list', '-o', 'csv', '--watch', '--every', '0.1'], {
      env: { ...process.env, ...local(service), VSMS_CONFIG: '/nonexistent/vsms.toml' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(text)) text += String((await once(child.stdout, 'data'))[0]);
    };
    try {
      await until(/db,Off/);
      const first = text;
      await out('vm', 'start', 'db');
      await until(/db,Running/);
      assert.ok(text.startsWith(first));
      assert.equal(text.match(/db,Off/g)?.length, 1, text);
      assert.match(text, /\n\nname,state/, 'one below the other in a pipe');
    } finally {
      child.kill();
    }
    const wrong = await say('vm', 'list', '--watch', '--every', 'soon');
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /--every is a number of seconds/);
    await out('vm', 'stop', 'db');
  });

  test('--no-wait prints the job, which vsms job wait takes', async () => {
    const job = await out('vm', 'start', 'db', '--no-wait');
    assert.match(job, /^[0-9A-F-]{36}$/);
    assert.equal(await out('job', 'wait', job), 'Completed');
    assert.match(await out('vm', 'list'), /^db +Running/m);
    assert.equal((await say('vm', 'stop', 'db', '--timeout', 'long')).code, 2);
    await out('vm', 'stop', 'db');
  });
});

test('--timeout: a job that does not end is left alone after it, with its id and exit code 6', async () => {
  const job =
    '<Msvm_ConcreteJob><InstanceID>J1</InstanceID><JobState>4</JobState><PercentComplete>10</PercentComplete></Msvm_ConcreteJob>';
  const host = createServer((request, response) => {
    let asked = '';
    request.on('data', (chunk: Buffer) => (asked += chunk.toString()));
    request.on('end', () => {
      const body = asked.includes('<n:Enumerate>')
        ? `<n:EnumerateResponse xmlns:n="${NS.enumeration}"><Items>${job}</Items><EndOfSequence/></n:EnumerateResponse>`
        : job;
      response.end(`<s:Envelope xmlns:s="${NS.soap}"><s:Body>${body}</s:Body></s:Envelope>`);
    });
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  try {
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const outcome = await vsms({ VSMS_HOST: url, VSMS_PASSWORD: 'x' }, 'job', 'wait', 'J1', '--timeout', '1');
    assert.equal(outcome.code, 6);
    assert.match(outcome.stderr, /has not ended within 1 s\. It goes on: vsms job wait J1, or vsms job cancel J1\./);
    assert.equal(outcome.stdout, '');
  } finally {
    host.closeAllConnections();
    host.close();
  }
});

describe('YAML for people and programs', () => {
  test('is whole and harmless', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(
        fc.array(fc.record({ name: text, more: fc.oneof(text, fc.integer(), fc.constant(null)) })),
        (rows) => {
          const yaml = yamlText(rows);
          assert.deepEqual(parse(yaml), structuredClone(rows));
          assert.doesNotMatch(yaml, OBEYED);
        },
      ),
    );
  });

  test('CSV has one line a row whatever the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), async (rows) => {
        const csv = await listingText(rows, 'csv', {
          name: (row) => row,
          columns: [{ name: 'x', text: (row) => row }],
        });
        assert.equal(csv.split('\n').length, rows.length + 1);
        assert.doesNotMatch(csv, OBEYED);
      }),
    );
  });
});
