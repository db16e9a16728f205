import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diskNode } from '../../src/qemu/command-line/ids.ts';
import { closeNodes } from '../../src/qemu/machine/block-graph.ts';
import type { Monitor } from '../../src/qemu/supervise/monitor.ts';
import { QmpError } from '../../src/qmp/errors.ts';

/** A QEMU with two nodes, the first below the second, and a device that holds the second for so many tries. */
const qemuOf = (held: number, refusal = (node: string) => `Node ${node} is in use`) => {
  const left = ['file', 'format'].map((kind) => `${diskNode('disk')}-${kind}`);
  const others = [`${diskNode('other')}-file`];
  const answers: Record<string, (words: { 'node-name': string }) => unknown> = {
    'query-named-block-nodes': () => [...left, ...others].map((name) => ({ 'node-name': name })),
    'blockdev-del': ({ 'node-name': node }) => {
      if (node !== left.at(-1) || held-- > 0)
        throw new QmpError('command', refusal(node), { errorClass: 'GenericError' });
      left.pop();
    },
  };
  const execute = (async (command: string, words: { 'node-name': string }) =>
    answers[command]?.(words)) as unknown as Monitor['execute'];
  return { monitor: { execute }, left };
};

describe('the nodes of a drive that went', () => {
  test('are closed from above, also where QEMU frees their device a moment after it left the tree', async () => {
    for (const held of [0, 1, 5]) {
      const { monitor, left } = qemuOf(held);
      await closeNodes(monitor, 'disk');
      assert.deepEqual(left, [], `held ${held} times`);
    }
  });

  test('are not waited for where QEMU has another reason', async () => {
    const { monitor, left } = qemuOf(1, (node) => `Node '${node}' is busy: a job`);
    await assert.rejects(closeNodes(monitor, 'disk'), { message: /busy/ });
    assert.equal(left.length, 2);
  });
});
