import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { vsms } from '../cli/kit.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/clients.md'), 'utf8');
/** Clients that this host cannot run, or need not have; pywinrm and curl have sections of their own whose commands are run. */
const SHOWN = ['powershell', 'libvirt', 'openwsman', 'ansible'];

test('docs/clients.md shows what vsms doctor login prints for clients that cannot be run here', async () => {
  const shown = [...PAGE.matchAll(/^`vsms (doctor login [^`]*)` prints:\n\n```\w+\n([^]*?)^```$/gm)];
  const clients = shown.map(([, command = '']) => /--client (\w+)/.exec(command)?.[1] ?? '');
  assert.deepEqual([...new Set(clients)], SHOWN);
  for (const [, command = '', text] of shown) {
    const { code, stdout, stderr } = await vsms({ VSMS_PASSWORD: 'not asked' }, ...command.split(' '));
    assert.equal(code, 0, stderr);
    assert.equal(text, stdout, command);
  }
});

test('each of them names tests that are there, and the one that sends what its lines send', () => {
  for (const heading of ['PowerShell', 'libvirt', 'openwsman']) {
    const [, section = ''] = new RegExp(`^## ${heading}\\n([^]*?)^## `, 'm').exec(PAGE) ?? [];
    const named = [...section.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
    assert.ok(named.includes('test/conformance/client-recipes.test.ts') && named.length > 1, heading);
    for (const file of named) assert.ok(existsSync(join(ROOT, file)), file);
  }
});
