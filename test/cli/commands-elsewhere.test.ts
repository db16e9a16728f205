import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CMDLETS } from '../../src/cli/words/cmdlets.ts';
import { vsms } from './kit.ts';

test('docs/commands-elsewhere.md names commands that there are, and cmdlets that are understood as it says', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/commands-elsewhere.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `vsms ([^`]+)` \| ([^|]*)\|/gm)];
  assert.ok(rows.length > 25);
  const helps = new Map<string, string>();
  const wordsOf = (text: string): string[] => text.split(' ').filter((word) => /^[a-z]/.test(word));
  for (const [, text = '', hyperV = ''] of rows) {
    const words = wordsOf(text);
    const group = words.slice(0, -1).join(' ');
    if (!helps.has(group)) helps.set(group, (await vsms({}, ...words.slice(0, -1), '--help')).stdout);
    assert.match(helps.get(group) ?? '', new RegExp(`^  ${words.at(-1)}[ |]`, 'm'), text);
    for (const [, cmdlet = ''] of hyperV.matchAll(/\*\*([\w-]+)\*\*/g))
      assert.deepEqual(CMDLETS[cmdlet.toLowerCase()], words, cmdlet);
  }
});
