import assert from 'node:assert/strict';

/** At least four words, the last with a full stop; the number of a Windows error may follow in brackets. */
const SENTENCE = /^\S+(?:\s+\S+){3,}$/;
const END = /[.?]["')]?(?: \(0x[0-9A-F]{8}\))?$/;

/** A refusal says in a sentence what is wrong and what to do, and not all that the client sent (issue 2 §7). */
export const assertSaysWhy = (message: unknown, label: string): void => {
  assert.ok(typeof message === 'string', `${label}: refused without a text`);
  const shown = `${label}: ${message.slice(0, 200)}`;
  assert.ok(message.length > 20 && message.length < 2000, shown);
  assert.match(message, SENTENCE, shown);
  assert.match(message, END, shown);
};
