import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DomainChange } from '../../src/core/events/change.ts';
import { createFeed } from '../../src/core/events/feed.ts';

const change = (id: string): DomainChange => ({
  kind: 'switch',
  before: null,
  after: { id, name: id, kind: 'nat', bridge: null, notes: '' },
});

const idOf = (heard: DomainChange): string => (heard.kind === 'switch' ? (heard.after?.id ?? '') : '');

test('listeners hear changes in order until they stop; one function may listen twice', () => {
  const feed = createFeed();
  const heard: string[] = [];
  const listener = (each: DomainChange): void => void heard.push(idOf(each));
  const stopFirst = feed.listen(listener);
  const stopSecond = feed.listen(listener);
  feed.publish(change('1'));
  stopFirst();
  stopFirst();
  feed.publish(change('2'));
  stopSecond();
  feed.publish(change('3'));
  assert.deepEqual(heard, ['1', '1', '2']);
});

test('a change published by a listener is heard after the present one, by all in the same order', () => {
  const feed = createFeed();
  const first: string[] = [];
  const second: string[] = [];
  feed.listen((each) => {
    first.push(idOf(each));
    if (idOf(each) === '1') feed.publish(change('2'));
  });
  feed.listen((each) => void second.push(idOf(each)));
  feed.publish(change('1'));
  assert.deepEqual(first, ['1', '2']);
  assert.deepEqual(second, ['1', '2']);
});

test('a listener that throws does not keep the change from the others', () => {
  const errors: unknown[] = [];
  const feed = createFeed((error) => errors.push(error));
  const heard: string[] = [];
  feed.listen(() => {
    throw new Error('broken');
  });
  feed.listen((each) => void heard.push(idOf(each)));
  feed.publish(change('1'));
  feed.publish(change('2'));
  assert.deepEqual(heard, ['1', '2']);
  assert.equal(errors.length, 2);
});
