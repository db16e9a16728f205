import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { ConnectionError } from '../../src/client/connection.ts';
import { isLinearizable, type Operation } from '../kit/linearizability.ts';
import { Service } from '../kit/service.ts';
import { type Input, type Kind, KINDS, machine, type Output, relevant } from './history-model.ts';
import { type HistoryWire, WIRES } from './history-wires.ts';

const FAKE_TIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const CLIENTS = 16;
const SYSTEMS = 4;
/** Of all clients together; more on demand. */
const STEPS = Number(process.env['VSMS_HISTORY_STEPS'] ?? 600);
/** Of all clients, between one disturbance and the next. */
const STEPS_BETWEEN = 40;

describe('the checker of histories', () => {
  const op = (called: number, returned: number, kind: Input['kind'], value: string, output: Output | null) => ({
    called,
    returned,
    input: { kind, value },
    output,
  });
  const never = Number.POSITIVE_INFINITY;
  const check = (...history: readonly Operation<Input, Output>[]): boolean => isLinearizable(machine, history);

  test('accepts what can be and finds what cannot', () => {
    const defined = op(0, 1, 'define', 'a', 'done');
    assert.equal(check(defined, op(2, 3, 'read', '', { note: 'a' })), true);
    assert.equal(check(defined, op(2, 3, 'read', '', 'absent')), false, 'lost');
    assert.equal(check(defined, op(2, 3, 'modify', 'b', 'done'), op(4, 5, 'read', '', { note: 'a' })), false, 'stale');
    assert.equal(check(defined, op(2, 5, 'modify', 'b', 'done'), op(3, 4, 'read', '', { note: 'a' })), true);
    assert.equal(
      check(
        defined,
        op(2, 9, 'modify', 'b', 'done'),
        op(3, 4, 'read', '', { note: 'b' }),
        op(5, 6, 'read', '', { note: 'a' }),
      ),
      false,
      'back in time',
    );
    assert.equal(check(defined, op(2, never, 'modify', 'b', null), op(8, 9, 'read', '', { note: 'b' })), true);
    assert.equal(check(defined, op(2, never, 'modify', 'b', null), op(8, 9, 'read', '', { note: 'a' })), true);
    assert.equal(check(defined, op(2, never, 'modify', 'b', null), op(8, 9, 'read', '', { note: 'c' })), false);
    assert.equal(check(op(0, 3, 'define', 'a', 'done'), op(1, 2, 'define', 'b', 'done')), false, 'twice');
    const unknown = op(2, 5, 'modify', 'b', null);
    const [then, later] = [op(3, 4, 'read', '', { note: 'b' }), op(6, 7, 'read', '', { note: 'b' })];
    assert.equal(check(defined, unknown, then, later), true);
    assert.equal(check(defined, unknown, op(8, 9, 'read', '', { note: 'a' })), true, 'it may not have happened');
    assert.equal(
      check(defined, unknown, op(6, 7, 'read', '', { note: 'a' }), op(8, 9, 'read', '', { note: 'b' })),
      false,
    );
  });

  /** One after the other, in that order. */
  const inTurn = (...steps: readonly (readonly [Kind, string, Output | null])[]): boolean =>
    check(
      ...steps.map(([kind, value, output], at) =>
        op(2 * at, output === null ? never : 2 * at + 1, kind, value, output),
      ),
    );

  test('of power', () => {
    const started = [
      ['define', 'a', 'done'],
      ['start', '', 'done'],
    ] as const;
    assert.equal(inTurn(...started, ['state', '', { power: 2 }]), true);
    assert.equal(inTurn(...started, ['state', '', { power: 3 }]), false, 'lost');
    assert.equal(inTurn(...started, ['pause', '', 'done'], ['save', '', 'done'], ['state', '', { power: 6 }]), true);
    assert.equal(inTurn(...started, ['save', '', 'done'], ['pause', '', 'done']), false, 'there is nothing to pause');
    assert.equal(inTurn(...started, ['destroy', '', 'done']), false, 'it runs');
    assert.equal(
      inTurn(...started, ['save', '', null], ['state', '', { power: 6 }], ['state', '', { power: 2 }]),
      false,
    );
    assert.equal(inTurn(...started, ['save', '', null], ['state', '', { power: 32773 }]), true);
  });

  test('of checkpoints', () => {
    const shown = (id: string, note: string, hasMemory: boolean) => ({ id, note, hasMemory });
    const taken = [
      ['define', 'a', 'done'],
      ['take', '', 'done'],
      ['modify', 'b', 'done'],
      ['list', '', { checkpoints: [shown('1', 'a', false)] }],
    ] as const;
    assert.equal(inTurn(...taken, ['apply', '1', 'done'], ['read', '', { note: 'b' }]), true);
    assert.equal(inTurn(...taken, ['apply', '1', 'done'], ['read', '', { note: 'a' }]), false, 'notes are its own');
    const saved = [...taken, ['start', '', 'done'], ['save', '', 'done'], ['apply', '1', 'done']] as const;
    assert.equal(inTurn(...saved, ['state', '', { power: 3 }]), true);
    assert.equal(inTurn(...saved, ['state', '', { power: 6 }]), false, 'not applied');
    assert.equal(inTurn(...taken, ['drop', '1', 'done'], ['apply', '1', 'done']), false, 'it was gone');
    assert.equal(inTurn(...taken, ['drop', '1', 'done'], ['apply', '1', 'absent']), true);
    assert.equal(inTurn(...taken, ['list', '', { checkpoints: [] }]), false, 'lost');
    assert.equal(inTurn(...taken, ['take', '', null], ['list', '', { checkpoints: [shown('1', 'a', false)] }]), true);
    const two = { checkpoints: [shown('2', 'b', true), shown('1', 'a', false)] };
    assert.equal(inTurn(...taken, ['start', '', 'done'], ['take', '', null], ['list', '', two]), true);
    assert.equal(inTurn(...taken, ['take', '', null], ['list', '', two]), false, 'there was no memory');
    assert.equal(
      inTurn(
        ...taken,
        ['start', '', 'done'],
        ['take', '', 'done'],
        ['list', '', two],
        ['stop', '', 'done'],
        ['apply', '2', 'done'],
        ['state', '', { power: 6 }],
      ),
      true,
    );
  });
});

const LOOKS: ReadonlySet<Kind> = new Set(['read', 'state', 'list']);
/** Each as often as it stands here; looks find out what came of it all. */
const DRAWN: readonly Kind[] = [
  ...KINDS,
  ...(['define', 'modify', 'modify', 'start', 'start', 'save', 'stop', 'take', 'apply', 'apply'] as const),
  ...(['read', 'read', 'state', 'state', 'list', 'list', 'list'] as const),
];

const WHOLE: readonly Kind[] = [
  ...([
    'define',
    'read',
    'modify',
    'read',
    'start',
    'pause',
    'resume',
    'state',
    'take',
    'list',
    'save',
    'state',
  ] as const),
  ...(['apply', 'state', 'start', 'stop', 'state', 'drop', 'list', 'destroy', 'read'] as const),
];

/** Who does what to which system, one after the other per client, until all steps are done. */
class Histories {
  readonly #ids: readonly string[] = Array.from({ length: SYSTEMS }, () => randomUUID().toUpperCase());
  readonly #byId = new Map<string, Operation<Input, Output>[]>(this.#ids.map((id) => [id, []]));
  /** Checkpoints that somebody has seen, of each machine. */
  readonly #checkpoints = new Map<string, readonly string[]>();
  readonly #service: Service;
  readonly #lost: { readonly id: string; readonly called: number; readonly input: Input }[] = [];
  /** When services listened that were started anew. */
  readonly starts: number[] = [];
  #values = 0;
  left = STEPS;

  constructor(service: Service) {
    this.#service = service;
  }

  get ids(): Iterable<string> {
    return this.#byId.keys();
  }

  of(id: string): readonly Operation<Input, Output>[] {
    const lost = this.#lost
      .filter((operation) => operation.id === id)
      .map(({ called, input }) => ({ called, returned: this.#over(called), input, output: null }));
    return relevant([...(this.#byId.get(id) ?? []), ...lost]);
  }

  /** The next service ends or undoes what it finds begun, some of it while it listens; the one after that finds nothing. */
  #over(called: number): number {
    return this.starts.filter((start) => start > called)[1] ?? Number.POSITIVE_INFINITY;
  }

  /** Everything once, of a machine of its own, when nothing disturbs it any more: whatever came of the rest, this has to be done. */
  async whole(seed: number): Promise<void> {
    const id = randomUUID().toUpperCase();
    const history: Operation<Input, Output>[] = [];
    const wire = this.#connect(seed);
    let seen = '';
    for (const kind of WHOLE) {
      const input: Input = { kind, value: this.#valueOf(kind, seen) };
      const called = performance.now();
      const output = await wire.ask(id, input);
      history.push({ called, returned: performance.now(), input, output });
      if (!LOOKS.has(kind)) assert.equal(output, 'done', kind);
      else if (typeof output === 'object') seen = output.checkpoints?.[0]?.id ?? seen;
    }
    wire.close();
    this.#byId.set(id, history);
  }

  /** A third of the clients each by WS-Management, CIM-XML and REST. */
  #connect(seed: number): HistoryWire {
    return (WIRES[seed % WIRES.length] ?? WIRES[0])(this.#service);
  }

  #valueOf(kind: Kind, checkpoint = randomUUID().toUpperCase()): string {
    if (kind === 'apply' || kind === 'drop') return checkpoint;
    return kind === 'define' || kind === 'modify' ? `v${(this.#values += 1)}` : '';
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
      const id = this.#ids[next(SYSTEMS)] ?? '';
      const checkpoints = this.#checkpoints.get(id) ?? [];
      const drawn = DRAWN[next(DRAWN.length)] ?? 'read';
      // Of one that nobody has seen nothing can be asked but that it is not there.
      const kind = checkpoints.length === 0 && drawn === 'apply' ? 'take' : drawn;
      const input: Input = { kind, value: this.#valueOf(kind, checkpoints[next(checkpoints.length)]) };
      const called = performance.now();
      try {
        const output = await wire.ask(id, input);
        this.#byId.get(id)?.push({ called, returned: performance.now(), input, output });
        if (typeof output === 'object' && output.checkpoints !== undefined)
          this.#checkpoints.set(
            id,
            output.checkpoints.map((checkpoint) => checkpoint.id),
          );
      } catch (error) {
        if (!(error instanceof ConnectionError)) {
          // Nobody else goes on, so that the test comes to its end.
          this.left = 0;
          throw error;
        }
        // Nobody listens: it was not even asked. A read that failed has no effect; of the others nobody knows.
        const asked = (error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ECONNREFUSED';
        if (asked && !LOOKS.has(kind)) this.#lost.push({ id, called, input });
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
          histories.starts.push(performance.now());
        } else if (round % 3 === 1) {
          process.kill(service.pid, 'SIGSTOP');
          await sleep(150);
          process.kill(service.pid, 'SIGCONT');
        } else await writeFile(clock, `${round % 2 === 0 ? '+' : '-'}${round}h`);
      }
    };
    await Promise.all([...clients, havoc()]);
    assert.ok(kills > 0);
    await Promise.all(WIRES.map((_, seed) => histories.whole(seed)));
    for (const id of histories.ids) {
      const history = histories.of(id);
      assert.ok(
        history.some(({ output }) => output === 'done'),
        'something was done',
      );
      assert.ok(isLinearizable(machine, history), `the history of ${id}: ${JSON.stringify(history)}`);
    }
  });
});
