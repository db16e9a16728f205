import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineContext } from '../../src/qemu/machine/context.ts';
import { tellDiskReturn } from '../../src/qemu/machine/disk-return.ts';

/** A machine without a QEMU, whose guest is `status`. */
class Fake {
  status: 'running' | 'io-error' = 'running';
  looks = 0;
  readonly told: string[] = [];
  readonly #listeners = new Set<(event: { readonly name: string }) => void>();
  detached = false;
  started: () => void = () => assert.fail('nobody listens');

  /** What of a machine's context is used here. */
  get context(): MachineContext {
    const context = {
      id: 'vm',
      host: {
        servers: { listen: (_: string, started: () => void) => (this.started = started), servedOf: () => [] },
        records: { get: () => ({}) },
        releasing: new Set(),
      },
      monitor: {
        isDetached: false,
        execute: async () => {
          this.looks++;
          return { status: this.status };
        },
        listen: (listener: (event: { readonly name: string }) => void) => {
          this.#listeners.add(listener);
          return () => this.#listeners.delete(listener);
        },
      },
      edges: { push: ({ kind }: { readonly kind: string }) => this.told.push(kind) },
    };
    Object.defineProperty(context.monitor, 'isDetached', { get: () => this.detached });
    return context as unknown as MachineContext;
  }

  say(name: string): void {
    for (const listener of this.#listeners) listener({ name });
  }

  async until(condition: () => boolean): Promise<void> {
    const end = performance.now() + 120_000;
    while (!condition()) {
      assert.ok(performance.now() < end, `${this.looks} looks, told ${this.told.join(', ')}`);
      await sleep(10);
    }
  }
}

test('a server that is started: while the guest goes, QEMU is not asked over and over; once a disk has stopped it, it is told when that is back', async () => {
  const fake = new Fake();
  tellDiskReturn(fake.context, false);
  const begun = performance.now();
  fake.started();
  await fake.until(() => fake.looks > 0);
  await sleep(1000);
  assert.ok(fake.looks <= 1 + (performance.now() - begun) / 10_000, `${fake.looks} looks`);
  fake.status = 'io-error';
  fake.say('STOP');
  await fake.until(() => fake.told.length > 0);
  assert.deepEqual(fake.told, ['diskBack']);
  fake.detached = true;
});
