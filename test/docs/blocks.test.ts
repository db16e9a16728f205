import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { blocksOf, languagesOf } from './blocks.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Pages whose commands another test runs as printed. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'README.md': 'test/tour.test.ts',
  'docs/moving-from-hyper-v.md': 'test/moving.test.ts',
  'docs/clients.md': 'test/conformance/clients-doc.test.ts',
};
/** Pages that start a service of their own; others get one. */
const OWN_SERVICE = new Set(['docs/simulator.md', 'docs/backup-and-upgrade.md']);

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter(
      (name) => name.endsWith('.md') && !/^(?:node_modules|\.vitepress|reference\/(?:v1|v2|cluster))\//.test(name),
    )
    .map((name) => `docs/${name}`),
];
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** A directory of its own where `vsms` is a command, as where a package is installed. */
const withPlace = async (work: (directory: string, path: string) => Promise<void>): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-page-'));
  try {
    const bin = join(directory, 'bin');
    await mkdir(bin);
    const program = join(bin, 'vsms');
    await writeFile(program, `#!/bin/sh\nexec '${ROOT}/script/node' '${ROOT}/src/cli/main.ts' "$@"\n`);
    await chmod(program, 0o755);
    await work(directory, `${bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const runScript = async (directory: string, script: string, environment: Record<string, string>): Promise<void> => {
  const child = spawn('bash', ['-c', `set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || :' EXIT\n${script}`], {
    cwd: directory,
    env: {
      HOME: directory,
      VSMS_CONFIG: join(directory, 'none.toml'),
      VSMS_RUN_DIR: join(directory, 'run'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  assert.equal(code, 0, said);
};

describe('commands of the documents', () => {
  test('every block says its language, and why it is not run where it is not', () => {
    for (const page of PAGES) {
      const text = read(page);
      if (page !== 'docs/decisions/README.md')
        assert.ok(!languagesOf(text).includes(''), `${page} has a block without a language`);
      for (const { notRun, line } of blocksOf(text))
        assert.ok(notRun === null || notRun.length > 20, `${page}, line ${line}: that is no reason`);
    }
  });

  for (const [page, where] of Object.entries(ELSEWHERE))
    test(`${page}: its blocks are run by ${where}`, () => {
      assert.ok(existsSync(join(ROOT, where)));
      assert.match(
        readFileSync(join(ROOT, where), 'utf8'),
        new RegExp(page.replace(/^docs\//, '').replaceAll('.', '\\.')),
      );
      assert.ok(blocksOf(read(page)).every(({ notRun }) => notRun === null));
    });

  const rest = PAGES.filter(
    (page) => !(page in ELSEWHERE) && blocksOf(read(page)).some(({ notRun }) => notRun === null),
  );
  assert.ok(rest.length >= 3, `${rest.length} pages`);
  for (const page of rest)
    test(`${page}: its blocks run as printed, one after the other`, () =>
      withPlace(async (directory, PATH) => {
        const script = blocksOf(read(page))
          .filter(({ notRun }) => notRun === null)
          .map(({ text }) => text)
          .join('');
        if (OWN_SERVICE.has(page)) return runScript(directory, script, { PATH });
        await using service = await Service.start({ hypervisor: 'simulated' });
        await runScript(directory, script.replaceAll('http://127.0.0.1:5985', service.endpoints.http), {
          PATH,
          VSMS_DATA_DIR: service.dataDirectory,
          VSMS_PASSWORD: service.password,
          VSMS_HOST: service.endpoints.http,
        });
      }));
});
