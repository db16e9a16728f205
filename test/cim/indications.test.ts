import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { CimError } from '../../src/cim/errors.ts';
import type { EventTimers } from '../../src/cim/indications/timers.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import type { Subscription } from '../../src/cim/operations.ts';
import type { ChangeSource } from '../../src/cim/provider.ts';
import type { CimValues } from '../../src/cim/values.ts';
import { CimWorld, contextOf, NAMESPACE } from '../kit/cim-world.ts';

const fails = (code: string) => (e: unknown) => e instanceof CimError && e.code === code;

/** Time that moves when told. */
class HandTimers implements EventTimers {
  #now = 0;
  #waiting: { at: number; callback: () => void }[] = [];
  now(): number {
    return this.#now;
  }
  wallClock(): number {
    return this.#now;
  }
  after(milliseconds: number, callback: () => void): () => void {
    const entry = { at: this.#now + milliseconds, callback };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((w) => w !== entry);
    };
  }
  get waiting(): number {
    return this.#waiting.length;
  }
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [first] = this.#waiting.toSorted((a, b) => a.at - b.at);
      if (first === undefined || first.at > end) break;
      this.#now = Math.max(this.#now, first.at);
      this.#waiting = this.#waiting.filter((w) => w !== first);
      first.callback();
    }
    this.#now = end;
  }
}

class TestSource implements ChangeSource {
  readonly namespace = NAMESPACE;
  sink: Parameters<ChangeSource['watch']>[0] | null = null;
  wanted: (className: string) => boolean = () => false;
  watch(sink: Parameters<ChangeSource['watch']>[0], wanted: (className: string) => boolean): () => void {
    this.sink = sink;
    this.wanted = wanted;
    return () => {
      this.sink = null;
    };
  }
}

let timers: HandTimers;
let world: CimWorld;
let source: TestSource;
beforeEach(() => {
  timers = new HandTimers();
  world = new CimWorld({ timers, eventQueueLimit: 5 });
  source = new TestSource();
  world.broker.register(source);
});
const listen = (query: string): Subscription => world.broker.subscribe(contextOf(), NAMESPACE, query);
const system = (name: string, values: CimValues = {}): CimInstance =>
  world.make('Test_System', { CreationClassName: 'Test_System', Name: name, EnabledState: 3, ...values });
const change = (previous: CimInstance | null, current: CimInstance | null): void =>
  source.sink?.change({ previous, current });
const inner = (event: CimInstance, name: string): CimInstance => {
  const value = event.get(name);
  assert.ok(value instanceof CimInstance, name);
  return value;
};
const told = async (s: Subscription): Promise<string[]> =>
  (await s.next(100, 0)).map((e) => {
    const target = e.get('TargetInstance') ?? e.get('SourceInstance');
    return `${e.class.name} ${target instanceof CimInstance ? `${String(target.get('Name'))}=${String(target.get('EnabledState'))}` : ''}`.trim();
  });

describe('intrinsic events', () => {
  test('creation, modification and deletion, each with its objects and its time', async () => {
    const all = listen("SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA 'CIM_System'");
    timers.advance(1500);
    change(null, system('A'));
    change(system('A'), system('A', { EnabledState: 2 }));
    change(system('A', { EnabledState: 2 }), null);
    const [created, modified, deleted] = await all.next(10, 0);
    assert.ok(created !== undefined && modified !== undefined && deleted !== undefined);
    assert.deepEqual(
      [created, modified, deleted].map((e) => e.class.name),
      ['__InstanceCreationEvent', '__InstanceModificationEvent', '__InstanceDeletionEvent'],
    );
    assert.equal(created.get('TIME_CREATED'), 116_444_736_000_000_000n + 15_000_000n);
    assert.equal(created.get('SECURITY_DESCRIPTOR'), null);
    assert.equal(inner(modified, 'PreviousInstance').get('EnabledState'), 3);
    assert.equal(inner(modified, 'TargetInstance').get('EnabledState'), 2);
    assert.equal(inner(deleted, 'TargetInstance').get('Name'), 'A');
  });
  test('a query hears its kind, class and condition only', async () => {
    const created = listen("SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Test_System'");
    const stopped = listen(
      'SELECT * FROM __InstanceModificationEvent WITHIN 2 WHERE TargetInstance ISA "CIM_System" AND TargetInstance.EnabledState = 3 AND PreviousInstance.EnabledState <> 3',
    );
    const planned = listen('SELECT * FROM __InstanceOperationEvent WHERE TargetInstance ISA Test_PlannedSystem');
    change(null, system('A'));
    change(system('A', { EnabledState: 2 }), system('A'));
    change(system('B'), system('B', { EnabledState: 2 }));
    assert.deepEqual(await told(created), ['__InstanceCreationEvent A=3']);
    assert.deepEqual(await told(stopped), ['__InstanceModificationEvent A=3']);
    assert.deepEqual(await told(planned), []);
  });
  test('Q-072 TargetInstance against PreviousInstance; lists compare whole', async () => {
    const state = listen(
      "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Test_System' AND TargetInstance.EnabledState <> PreviousInstance.EnabledState",
    );
    const tags = listen(
      "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Test_System' AND PreviousInstance.Tags != TargetInstance.Tags",
    );
    change(system('A', { Tags: ['x'] }), system('A', { Tags: ['x'], ElementName: 'new' }));
    change(system('A', { Tags: ['x'] }), system('A', { Tags: ['x', 'y'], EnabledState: 2 }));
    assert.deepEqual(await told(state), ['__InstanceModificationEvent A=2']);
    assert.deepEqual(await told(tags), ['__InstanceModificationEvent A=2']);
  });
  test('__CLASS of the event and of the object', async () => {
    const some = listen(
      "SELECT * FROM __InstanceOperationEvent WHERE (TargetInstance.__CLASS = 'Test_System' OR TargetInstance ISA 'Test_Job') AND (__CLASS = '__InstanceCreationEvent' OR __CLASS = '__InstanceDeletionEvent')",
    );
    change(null, system('A'));
    change(system('A'), system('A', { EnabledState: 2 }));
    change(world.make('Test_Job', { InstanceID: '1' }), null);
    assert.deepEqual(await told(some), ['__InstanceCreationEvent A=3', '__InstanceDeletionEvent null=null']);
  });
  test('go-wmi: conditions on texts of the object', async () => {
    const some = listen(
      "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'CIM_System' AND TargetInstance.Name LIKE 'vm-%' AND TargetInstance.ElementName = 'x'",
    );
    change(system('vm-1', { ElementName: 'x' }), system('vm-1', { ElementName: 'X' }));
    change(system('other', { ElementName: 'x' }), system('other', { ElementName: 'X' }));
    assert.deepEqual(await told(some), ['__InstanceModificationEvent vm-1=3']);
  });
  test('DMTF life cycle indications', async () => {
    const all = listen("SELECT * FROM CIM_InstIndication WHERE SourceInstance ISA 'CIM_System'");
    change(null, system('A'));
    change(system('A'), system('A', { EnabledState: 2 }));
    const events = await all.next(10, 0);
    assert.deepEqual(
      events.map((e) => e.class.name),
      ['CIM_InstCreation', 'CIM_InstModification'],
    );
    assert.equal(events[0]?.get('IndicationTime'), '19700101000000.000000+000');
    assert.equal(inner(events[1] as CimInstance, 'PreviousInstance').get('EnabledState'), 3);
  });
  test('Q-077 projections hold whole objects', async () => {
    const some = listen(
      "SELECT TargetInstance.Name, TIME_CREATED FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Test_System'",
    );
    change(null, system('A'));
    const [event] = await some.next(1, 0);
    assert.deepEqual(Object.keys(event?.values ?? {}).toSorted(), ['TIME_CREATED', 'TargetInstance']);
    assert.equal(inner(event as CimInstance, 'TargetInstance').get('EnabledState'), 3);
  });
});

describe('extrinsic events', () => {
  const alert = (severity: number): CimInstance =>
    world.make('Test_Alert', { Severity: severity, Message: 'm', Source: system('A') });
  test('their class, its bases, conditions; WITHIN is taken', async () => {
    const all = listen('SELECT * FROM __ExtrinsicEvent');
    const indications = listen('SELECT * FROM CIM_Indication');
    change(null, system('A'));
    const bad = listen('SELECT * FROM test_alert WITHIN 5 WHERE Severity >= 3 AND Source.Name = "a"');
    source.sink?.event(alert(1));
    source.sink?.event(alert(4));
    assert.equal((await all.next(10, 0)).length, 2);
    assert.equal((await indications.next(10, 0)).length, 2);
    const [one, ...rest] = await bad.next(10, 0);
    assert.equal(rest.length, 0);
    assert.equal(one?.get('Severity'), 4);
    assert.equal(typeof one?.get('TIME_CREATED'), 'bigint');
  });
});

describe('WITHIN', () => {
  const QUERY = "SELECT * FROM __InstanceOperationEvent WITHIN 2 WHERE TargetInstance ISA 'Test_System'";
  const at = (state: number): CimInstance => system('A', { EnabledState: state });
  test('the first change at once, those of the next seconds together', async () => {
    const s = listen(QUERY);
    change(at(1), at(2));
    assert.deepEqual(await told(s), ['__InstanceModificationEvent A=2']);
    change(at(2), at(3));
    change(at(3), at(4));
    assert.deepEqual(await told(s), []);
    timers.advance(2000);
    const [event] = await s.next(1, 0);
    assert.equal(inner(event as CimInstance, 'TargetInstance').get('EnabledState'), 4);
    assert.equal(inner(event as CimInstance, 'PreviousInstance').get('EnabledState'), 2);
    change(at(4), at(5));
    assert.deepEqual(await told(s), []);
    timers.advance(2000);
    assert.deepEqual(await told(s), ['__InstanceModificationEvent A=5']);
    timers.advance(10_000);
    assert.equal(timers.waiting, 0);
    change(at(5), at(6));
    assert.deepEqual(await told(s), ['__InstanceModificationEvent A=6']);
  });
  test('other objects do not wait', async () => {
    const s = listen(QUERY);
    change(at(1), at(2));
    change(system('B'), system('B', { EnabledState: 2 }));
    assert.equal((await told(s)).length, 2);
  });
  test('what comes and goes in one window', async () => {
    const s = listen(QUERY);
    change(at(1), null);
    change(null, at(2));
    change(at(2), null);
    change(null, at(3));
    timers.advance(2000);
    assert.deepEqual(await told(s), ['__InstanceDeletionEvent A=1', '__InstanceCreationEvent A=3']);
    change(at(3), at(4));
    change(at(4), null);
    timers.advance(2000);
    assert.deepEqual(await told(s), ['__InstanceDeletionEvent A=4']);
    change(null, at(5));
    change(at(5), null);
    timers.advance(2000);
    assert.deepEqual(await told(s), []);
  });
  test('the condition sees the joined change', async () => {
    const s = listen(
      "SELECT * FROM __InstanceModificationEvent WITHIN 2 WHERE TargetInstance ISA 'Test_System' AND TargetInstance.EnabledState <> PreviousInstance.EnabledState",
    );
    change(at(1), at(2));
    change(at(2), at(3));
    change(at(3), at(2));
    timers.advance(2000);
    assert.deepEqual(await told(s), ['__InstanceModificationEvent A=2']);
  });
});

describe('GROUP', () => {
  test('Q-074 one aggregate per group when its time is over', async () => {
    const s = listen(
      "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Test_System' GROUP WITHIN 10 BY TargetInstance.EnabledState HAVING NumberOfEvents >= 2",
    );
    change(system('A'), system('A', { EnabledState: 2 }));
    timers.advance(6000);
    change(system('B'), system('B', { EnabledState: 2 }));
    change(system('C'), system('C', { EnabledState: 9 }));
    assert.deepEqual(await s.next(10, 0), []);
    timers.advance(4000);
    const [event, ...rest] = await s.next(10, 0);
    assert.equal(rest.length, 0);
    assert.equal(event?.class.name, '__AggregateEvent');
    assert.equal(event?.get('NumberOfEvents'), 2);
    assert.equal(inner(inner(event, 'Representative'), 'TargetInstance').get('Name'), 'A');
    timers.advance(10_000);
    assert.deepEqual(await s.next(10, 0), []);
  });
});

describe('errors of event queries', () => {
  const isa = "WHERE TargetInstance ISA 'Test_System'";
  const rows: readonly (readonly [string, string, string])[] = [
    ['Q-075', 'SELECT * FROM Test_System', 'notEventClass'],
    ['Q-075', 'SELECT * FROM __AggregateEvent', 'notEventClass'],
    ['Q-076', 'SELECT * FROM __InstanceCreationEvent', 'registrationTooBroad'],
    ['Q-076', "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance.Name = 'x'", 'registrationTooBroad'],
    [
      'Q-076',
      "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Test_System' OR TargetInstance.Name = 'x'",
      'registrationTooBroad',
    ],
    [
      'Q-076',
      "SELECT * FROM __InstanceCreationEvent WHERE NOT TargetInstance ISA 'Test_System'",
      'registrationTooBroad',
    ],
    ['Q-076', 'SELECT * FROM __Event', 'registrationTooBroad'],
    ['Q-073', `SELECT * FROM __InstanceCreationEvent WITHIN 0.0001 ${isa}`, 'registrationTooPrecise'],
    ['Q-073', `SELECT * FROM __InstanceCreationEvent WITHIN 0 ${isa}`, 'registrationTooPrecise'],
    ['§7', 'SELECT * FROM Nope', 'invalidClass'],
    ['§7', "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Nope'", 'invalidClass'],
    ['§7', 'SELECT * FROM', 'unparsableQuery'],
    ['§7', 'ASSOCIATORS OF {Test_Job="1"}', 'unparsableQuery'],
    ['§7', `SELECT Nope FROM __InstanceCreationEvent ${isa}`, 'invalidQuery'],
    ['§7', `SELECT * FROM __InstanceCreationEvent ${isa} AND Nope = 1`, 'invalidQuery'],
    ['§7', `SELECT * FROM __InstanceCreationEvent ${isa} AND TIME_CREATED.X = 1`, 'propertyNotAnObject'],
    ['§7', 'SELECT * FROM Test_Alert WHERE Message ISA "X"', 'propertyNotAnObject'],
    ['Q-074', `SELECT * FROM __InstanceCreationEvent ${isa} GROUP BY TIME_CREATED`, 'groupWithoutWithin'],
    ['Q-074', `SELECT * FROM __InstanceCreationEvent ${isa} GROUP WITHIN 5 BY`, 'missingAggregationList'],
    ['Q-074', `SELECT * FROM __InstanceCreationEvent ${isa} GROUP WITHIN 5 BY TargetInstance`, 'aggregatingByObject'],
    ['Q-074', `SELECT * FROM __InstanceCreationEvent ${isa} GROUP WITHIN 5 HAVING TIME_CREATED > 5`, 'invalidQuery'],
  ];
  for (const [rule, query, code] of rows)
    test(`${rule} ${query} is ${code}`, () => assert.throws(() => listen(query), fails(code)));
  test('an unknown namespace', () =>
    assert.throws(
      () => world.broker.subscribe(contextOf(), 'root\\nope', 'SELECT * FROM __ExtrinsicEvent'),
      fails('invalidNamespace'),
    ));
  test('a refused caller', () => {
    world = new CimWorld({
      authorize: (_context, request) => {
        if (request.kind === 'subscribe') throw new CimError('accessDenied', 'no');
      },
    });
    assert.throws(() => listen('SELECT * FROM __ExtrinsicEvent'), fails('accessDenied'));
  });
});

describe('the queue', () => {
  const QUERY = "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Test_System'";
  test('a waiting consumer gets the next event', async () => {
    const s = listen(QUERY);
    const waiting = s.next(10, 60_000);
    change(null, system('A'));
    assert.equal((await waiting).length, 1);
    assert.equal(timers.waiting, 0);
  });
  test('nothing comes: after the time, on abort, on close', async () => {
    const s = listen(QUERY);
    const late = s.next(10, 1000);
    timers.advance(1000);
    assert.deepEqual(await late, []);
    const stop = new AbortController();
    const aborted = s.next(10, Number.POSITIVE_INFINITY, stop.signal);
    stop.abort();
    assert.deepEqual(await aborted, []);
    const closed = s.next(10, 60_000);
    s.close();
    assert.deepEqual(await closed, []);
    assert.deepEqual(await s.next(10, 60_000), []);
    assert.equal(timers.waiting, 0);
  });
  test('at most `max` at a time, in order', async () => {
    const s = listen(QUERY);
    for (const name of ['A', 'B', 'C']) change(null, system(name));
    assert.equal((await s.next(2, 0)).length, 2);
    assert.deepEqual(await told(s), ['__InstanceCreationEvent C=3']);
  });
  test('a slow consumer loses the oldest and is told how many', async () => {
    const s = listen(QUERY);
    for (let i = 0; i < 25; i++) change(null, system(`S${i}`));
    assert.equal(s.dropped(), 20);
    assert.equal(s.dropped(), 0);
    assert.deepEqual(
      await told(s),
      ['S20', 'S21', 'S22', 'S23', 'S24'].map((n) => `__InstanceCreationEvent ${n}=3`),
    );
  });
  test('sources are watched only while somebody listens, for the classes listened to', () => {
    assert.equal(source.sink, null);
    const one = listen(QUERY);
    assert.ok(source.sink !== null);
    assert.ok(source.wanted('test_system'));
    assert.ok(!source.wanted('Test_Job'));
    const two = listen("SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Test_Job'");
    assert.ok(source.wanted('Test_Job'));
    one.close();
    assert.ok(!source.wanted('Test_System'));
    two.close();
    two.close();
    assert.equal(source.sink, null);
  });
});

test('an event that cannot be judged is counted as lost and harms nobody else', async () => {
  const s = listen(
    "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Test_System' AND TargetInstance.Name > 'a'",
  );
  const other = listen("SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Test_System'");
  change(null, world.make('Test_System', { CreationClassName: 'Test_System', Name: 5 }));
  assert.equal((await s.next(10, 0)).length, 0);
  assert.equal(s.dropped(), 1);
  assert.equal((await other.next(10, 0)).length, 1);
});
