import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { ConnectionError } from '../../src/client/connection.ts';
import { isLinearizable, type Model, type Operation } from '../kit/linearizability.ts';
import { Service } from '../kit/service.ts';
import { type HistoryWire, type Input, type Output, WIRES } from './history-wires.ts';

const FAKE_TIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const CLIENTS = 16;
const SYSTEMS = 6;
/** Of all clients together; more on demand. */
const STEPS = Number(process.env['VSMS_HISTORY_STEPS'] ?? 1600);
/** Of all clients, between one disturbance and the next. */
const STEPS_BETWEEN = 40;

/** One system: there with a note, or not there. */
const system: Model<string | null, Input, Output> = {
  initial: null,
  key: (state) => state ?? '<none>',
  step: (state, { kind, value }, output) => {
    const there = state !== null;
    if (output === 'busy') return state;
    if (output === 'absent') return there ? undefined : state;
    if (kind === 'read') return typeof output === 'object' && output?.value === state ? state : undefined;
    if (output === 'taken') return there ? state : undefined;
    switch (kind) {
      case 'define':
        return there ? undefined : value;
      case 'modify':
        return there ? value : undefined;
      case 'destroy':
        return there ? null : undefined;
    }
  },
};

describe('the checker of histories', () => {
  const op = (called: number, returned: number, kind: Input['kind'], value: string, output: Output | null) => ({
    called,
    returned,
    input: { kind, value },
    output,
  });
  const never = Number.POSITIVE_INFINITY;
  const check = (...history: readonly Operation<Input, Output>[]): boolean => isLinearizable(system, history);

  test('accepts what can be and finds what cannot', () => {
    const defined = op(0, 1, 'define', 'a', 'done');
    assert.equal(check(defined, op(2, 3, 'read', '', { value: 'a' })), true);
    assert.equal(check(defined, op(2, 3, 'read', '', 'absent')), false, 'lost');
    assert.equal(check(defined, op(2, 3, 'modify', 'b', 'done'), op(4, 5, 'read', '', { value: 'a' })), false, 'stale');
    assert.equal(check(defined, op(2, 5, 'modify', 'b', 'done'), op(3, 4, 'read', '', { value: 'a' })), true);
    assert.equal(
      check(
        defined,
        op(2, 9, 'modify', 'b', 'done'),
        op(3, 4, 'read', '', { value: 'b' }),
        op(5, 6, 'read', '', { value: 'a' }),
      ),
      false,
      'back in time',
    );
    assert.equal(check(defined, op(2, never, 'modify', 'b', null), op(8, 9, 'read', '', { value: 'b' })), true);
    assert.equal(check(defined, op(2, never, 'modify', 'b', null), op(8, 9, 'read', '', { value: 'a' })), true);
    assert.equal(check(defined, op(2, never, 'modify', 'b', null), op(8, 9, 'read', '', { value: 'c' })), false);
    assert.equal(check(op(0, 3, 'define', 'a', 'done'), op(1, 2, 'define', 'b', 'done')), false, 'twice');
  });
});

/** Who does what to which system, one after the other per client, until all steps are done. */
class Histories {
  readonly ids: readonly string[] = Array.from({ length: SYSTEMS }, () => randomUUID().toUpperCase());
  readonly #byId = new Map<string, Operation<Input, Output>[]>(this.ids.map((id) => [id, []]));
  readonly #service: Service;
  #values = 0;
  left = STEPS;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Without changes that nobody knows the end of and whose value nobody ever saw: with or without them it is all the same. */
  of(id: string): readonly Operation<Input, Output>[] {
    const all = this.#byId.get(id) ?? [];
    const read = new Set(
      all.flatMap(({ output }) => (output !== null && typeof output === 'object' ? [output.value] : [])),
    );
    return all.filter(({ input, output }) => output !== null || input.kind !== 'modify' || read.has(input.value));
  }

  /** A third of the clients each by WS-Management, CIM-XML and REST. */
  #connect(seed: number): HistoryWire {
    return (WIRES[seed % WIRES.length] ?? WIRES[0])(this.#service);
  }

  async client(seed: number): Promise<void> {
    let random = seed + 1;
    const next = (limit: number): number => {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((random / 2 ** 31) * limit);
    };
    let wire = this.#connect(seed);
    while (this.left > 0) {
      this.left -= 1;
      const id = this.ids[next(SYSTEMS)] ?? '';
      const kind =
        (['define', 'define', 'modify', 'modify', 'modify', 'read', 'read', 'read', 'destroy'] as const)[next(9)] ??
        'read';
      const input: Input = { kind, value: `v${(this.#values += 1)}` };
      const called = performance.now();
      try {
        const output = await wire.ask(id, input);
        this.#byId.get(id)?.push({ called, returned: performance.now(), input, output });
      } catch (error) {
        if (!(error instanceof ConnectionError)) {
          // Nobody else goes on, so that the test comes to its end.
          this.left = 0;
          throw error;
        }
        // Nobody listens: it was not even asked. A read that failed has no effect; of the others nobody knows.
        const asked = (error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ECONNREFUSED';
        if (asked && kind !== 'read')
          this.#byId.get(id)?.push({ called, returned: Number.POSITIVE_INFINITY, input, output: null });
        wire.close();
        await this.#service.listening();
        wire = this.#connect(seed);
      }
    }
    wire.close();
  }
}

describe('hardening 27: histories of 16 clients', () => {
  test('over WS-Management, CIM-XML and REST each system behaves as if one did one thing after the other, through kill -9, SIGSTOP and clocks that jump', {
    skip: existsSync(FAKE_TIME) ? false : 'needs libfaketime',
  }, async () => {
    await using service = await Service.start({ hypervisor: 'simulated' });
    const clock = join(service.dataDirectory, 'clock');
    await writeFile(clock, '+0');
    await service.stop();
    service.reconfigure({
      LD_PRELOAD: FAKE_TIME,
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      // The log of a service that is killed all the time says nothing new.
      VSMS_LOG_LEVEL: 'error',
    });
    await service.run();
    const histories = new Histories(service);
    const clients = Array.from({ length: CLIENTS }, (_, seed) => histories.client(seed));
    let kills = 0;
    const havoc = async (): Promise<void> => {
      for (let round = 0; histories.left > 0; round += 1) {
        // By steps, not by time: on a machine with other work a service that is killed all the time comes to nothing.
        const aim = histories.left - STEPS_BETWEEN;
        while (histories.left > Math.max(aim, 0)) await sleep(20);
        if (round % 3 === 0) {
          kills += 1;
          await service.stop('SIGKILL');
          await service.run();
        } else if (round % 3 === 1) {
          process.kill(service.pid, 'SIGSTOP');
          await sleep(150);
          process.kill(service.pid, 'SIGCONT');
        } else await writeFile(clock, `${round % 2 === 0 ? '+' : '-'}${round}h`);
      }
    };
    await Promise.all([...clients, havoc()]);
    assert.ok(kills > 0);
    for (const id of histories.ids) {
      const history = histories.of(id);
      assert.ok(
        history.some(({ output }) => output === 'done'),
        'something was done',
      );
      assert.ok(isLinearizable(system, history), `the history of ${id}: ${JSON.stringify(history)}`);
    }
  });
});
