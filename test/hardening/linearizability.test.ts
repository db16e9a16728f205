import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, test } from 'node:test';
import { MethodError, type WsmanClient, WsmanFault } from '../../src/client/client.ts';
import { ConnectionError } from '../../src/client/connection.ts';
import { isReference, listOf, type Reference, textOf } from '../../src/client/object.ts';
import { resourceUri } from '../../src/client/uris.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { instanceName, localInstancePath, value as textValue } from '../cimxml/kit/messages.ts';
import { only, outputs, properties } from '../cimxml/kit/reply.ts';
import { CimxmlClient, V2 } from '../kit/cimxml-client.ts';
import { isLinearizable, type Model, type Operation } from '../kit/linearizability.ts';
import { Service } from '../kit/service.ts';

const FAKE_TIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };
const CLIENTS = 16;
const SYSTEMS = 6;
/** Of all clients together; more on demand. */
const STEPS = Number(process.env['VSMS_HISTORY_STEPS'] ?? 1600);
/** Of all clients, between one disturbance and the next. */
const STEPS_BETWEEN = 40;

interface Input {
  readonly kind: 'define' | 'modify' | 'read' | 'destroy';
  readonly value: string;
}
/** `absent`: there is no such system. `taken`: the identifier was another system's, so the new one got another. */
type Output = 'done' | 'absent' | 'taken' | 'busy' | { readonly value: string };

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

  /** Every other client speaks CIM-XML. */
  #connect(seed: number): { ask(id: string, input: Input): Promise<Output>; close(): void } {
    if (seed % 2 === 0) {
      const wire = this.#service.client();
      return { ask: (id, input) => ask(wire, id, input), close: () => wire.close() };
    }
    const cimxml = new CimxmlClient(this.#service);
    return { ask: (id, input) => askCimxml(cimxml, id, input), close: () => cimxml.close() };
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

/** What became of the job is unknown when the service ended before it did. */
async function destroy(wire: WsmanClient, system: Reference): Promise<Output> {
  const { returnValue, out } = await wire.invoke(SERVICE, 'DestroySystem', { AffectedSystem: system });
  if (returnValue === 32773) return 'absent';
  if (returnValue !== 0 && returnValue !== 4096) return 'busy';
  const job = out['Job'];
  if (!isReference(job)) return 'done';
  const ended = await wire.waitForJob(job).catch(() => null);
  if (ended !== null && textOf(ended.properties['JobState']) === '7') return 'done';
  // Whatever ended the waiting, also a service that is not there any more: the job had been taken.
  throw new ConnectionError('the job is lost');
}

async function ask(wire: WsmanClient, id: string, { kind, value }: Input): Promise<Output> {
  const className = 'Msvm_VirtualSystemSettingData';
  try {
    switch (kind) {
      case 'define': {
        const text = settingsText(className, { ElementName: 'one', VirtualSystemIdentifier: id, Notes: [value] });
        const { out } = await wire.run(SERVICE, 'DefineSystem', { SystemSettings: text });
        const made = out['ResultingSystem'];
        assert.ok(isReference(made));
        if (made.selectors['Name'] === id) return 'done';
        await wire.run(SERVICE, 'DestroySystem', { AffectedSystem: made });
        return 'taken';
      }
      case 'modify': {
        const text = settingsText(className, { InstanceID: `Microsoft:${id}`, Notes: [value] });
        await wire.run(SERVICE, 'ModifySystemSettings', { SystemSettings: text });
        return 'done';
      }
      case 'read': {
        const { properties } = await wire.get({ className, selectors: { InstanceID: `Microsoft:${id}` } });
        const [note] = listOf(properties['Notes']);
        assert.ok(typeof note === 'string');
        return { value: note };
      }
      case 'destroy': {
        const resource = resourceUri('root\\virtualization\\v2', 'Msvm_ComputerSystem');
        const AffectedSystem = {
          resourceUri: resource,
          selectors: { CreationClassName: 'Msvm_ComputerSystem', Name: id },
        };
        return await destroy(wire, AffectedSystem);
      }
    }
  } catch (error) {
    if (error instanceof WsmanFault && error.subcode === 'DestinationUnreachable') return 'absent';
    if (error instanceof MethodError && error.returnValue === 32773) return 'absent';
    if (error instanceof MethodError && [32774, 32775].includes(error.returnValue)) return 'busy';
    throw error;
  }
}

const REFUSALS: ReadonlyMap<number, Output> = new Map([
  [0, 'done'],
  [32773, 'absent'],
  [32774, 'busy'],
  [32775, 'busy'],
]);

/** The same over CIM-XML. */
async function askCimxml(client: CimxmlClient, id: string, { kind, value }: Input): Promise<Output> {
  const className = 'Msvm_VirtualSystemSettingData';
  const destroyed = (name: string) =>
    client.run('DestroySystem', {
      AffectedSystem: `<VALUE.REFERENCE>${localInstancePath(V2, instanceName('Msvm_ComputerSystem', { CreationClassName: 'Msvm_ComputerSystem', Name: name }))}</VALUE.REFERENCE>`,
    });
  const told = (returned: number): Output => REFUSALS.get(returned) ?? assert.fail(`${kind}: ${returned}`);
  switch (kind) {
    case 'define': {
      const text = settingsText(className, { ElementName: 'one', VirtualSystemIdentifier: id, Notes: [value] });
      const { value: returned, reply } = await client.run('DefineSystem', { SystemSettings: textValue(text) });
      if (returned !== 0) return told(returned);
      const name = /Name=([0-9A-F-]+)$/.exec(String(outputs(reply)['ResultingSystem']))?.[1] ?? assert.fail(reply.text);
      if (name === id) return 'done';
      await destroyed(name);
      return 'taken';
    }
    case 'modify': {
      const text = settingsText(className, { InstanceID: `Microsoft:${id}`, Notes: [value] });
      return told((await client.run('ModifySystemSettings', { SystemSettings: textValue(text) })).value);
    }
    case 'read': {
      const InstanceName = instanceName(className, { InstanceID: `Microsoft:${id}` });
      const reply = await client.intrinsic('GetInstance', { InstanceName });
      if (reply.status === 6) return 'absent';
      const [note] = [properties(only(reply))['Notes']].flat();
      assert.ok(typeof note === 'string');
      return { value: note };
    }
    case 'destroy': {
      const { value: returned } = await destroyed(id);
      if (returned === 4096) throw new ConnectionError('the job is lost');
      return REFUSALS.get(returned) ?? 'busy';
    }
  }
}

describe('hardening 27: histories of 16 clients', () => {
  test('over WS-Management and CIM-XML each system behaves as if one did one thing after the other, through kill -9, SIGSTOP and clocks that jump', {
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
