import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { GROUPS, groupsFor } from '../../src/cli/commands/groups.ts';

test('each file has the commands that lead to it, and the first word loads that file alone', async () => {
  for (const group of GROUPS) {
    const program = new Command();
    (await group.load())(program);
    const visible = program.commands.map((command) => command.name()).filter((name) => !name.startsWith('__'));
    assert.deepEqual(visible, group.words);
    for (const word of visible) assert.deepEqual(groupsFor([word, '--help']), [group]);
  }
});

test('the version needs no command', () => {
  for (const option of ['--version', '-V']) assert.deepEqual(groupsFor([option]), []);
});

test('help, options, completion and unknown words see all commands', () => {
  for (const words of [[], ['--help'], ['help', 'vm'], ['__complete', '--', 'v'], ['constructor'], ['vmm']])
    assert.deepEqual(groupsFor(words), GROUPS);
});
