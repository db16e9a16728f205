import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeAll } from '../../console/src/consoles/typing.ts';

test('text is typed as far as its keys are taken: what is left is known, and nothing goes on after it was ended', async () => {
  const key = (keysym: number) => [true, false].map((down) => ({ keysym, down }));
  const characters = [1, 2, 3].map(key);
  const open = new AbortController();
  const typed: number[] = [];
  const taken = (until: number) => (stroke: { readonly keysym: number }) => {
    if (stroke.keysym > until) return false;
    typed.push(stroke.keysym);
    return true;
  };
  const told: number[] = [];
  const typing = { told: (at: number) => void told.push(at), signal: open.signal };
  assert.equal(await typeAll(characters, { ...typing, press: taken(3) }), 3);
  assert.deepEqual(
    [typed.splice(0), told.splice(0)],
    [
      [1, 1, 2, 2, 3, 3],
      [0, 1, 2],
    ],
  );
  assert.equal(await typeAll(characters, { ...typing, press: taken(1) }), 1);
  assert.deepEqual(typed.splice(0), [1, 1]);
  const ended = typeAll(characters, { ...typing, press: taken(3) });
  open.abort();
  assert.equal(await ended, 1);
  assert.deepEqual(typed, [1, 1]);
});
