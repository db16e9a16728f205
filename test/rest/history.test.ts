import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FigureHistory } from '../../src/rest/metrics/history.ts';
import type { MachineTraffic, RunningMachine } from '../../src/rest/metrics/traffic.ts';

const START = Date.UTC(2026, 10, 29, 1);

/** A host whose machines the test says. */
const hostOf = () => {
  const running = new Map<string, RunningMachine>();
  const traffic = new Map<string, MachineTraffic>();
  const history = new FigureHistory(
    () => running.values(),
    (id) => traffic.get(id) ?? null,
  );
  return {
    history,
    run: (id: string, cpuPercent = 10) => running.set(id, { id, cpuPercent, memoryUsageMb: 64 }),
    stop: (id: string) => running.delete(id),
    disk: (id: string, inBytes: number, outBytes: number) =>
      traffic.set(id, { disks: [{ id: 'd', inBytes, outBytes }], adapters: [] }),
  };
};

describe('figures of the last hour', () => {
  test('of a machine from its first look on; counters become rates; what nobody can tell is null', () => {
    const { history, run, disk } = hostOf();
    history.look(START);
    run('A', 25);
    disk('A', 1000, 0);
    history.look(START + 20_000);
    disk('A', 41_000, 2000);
    history.look(START + 40_000);
    const [first, second] = history.of('A');
    assert.deepEqual(first, {
      at: '2026-11-29T01:00:20.000Z',
      cpuPercent: 25,
      memoryUsageMb: 64,
      diskReadBytesPerSecond: null,
      diskWrittenBytesPerSecond: null,
      networkReceivedBytesPerSecond: null,
      networkSentBytesPerSecond: null,
    });
    assert.deepEqual([second?.diskReadBytesPerSecond, second?.diskWrittenBytesPerSecond], [2000, 100]);
    assert.deepEqual(history.of('B'), []);
  });

  test('a machine that stops leaves a gap, and its counters begin anew', () => {
    const { history, run, stop, disk } = hostOf();
    run('A');
    disk('A', 1_000_000, 0);
    history.look(START);
    stop('A');
    history.look(START + 20_000);
    run('A');
    disk('A', 2_000_000, 0);
    history.look(START + 40_000);
    disk('A', 10, 0);
    history.look(START + 60_000);
    const samples = history.of('A');
    assert.deepEqual(
      samples.map(({ cpuPercent }) => cpuPercent),
      [10, null, 10, 10],
    );
    assert.deepEqual(
      samples.map(({ diskReadBytesPerSecond }) => diskReadBytesPerSecond),
      [null, null, null, null],
    );
  });

  test('an hour is kept, and nothing of a machine that did not run in it', () => {
    const { history, run, stop } = hostOf();
    run('A');
    run('B');
    for (let look = 0; look < 300; look++) {
      if (look === 50) stop('B');
      history.look(START + look * 20_000);
    }
    const samples = history.of('A');
    assert.equal(samples.length, 180);
    assert.equal(samples[0]?.at, new Date(START + 120 * 20_000).toISOString());
    assert.equal(samples.at(-1)?.at, new Date(START + 299 * 20_000).toISOString());
    assert.deepEqual(history.of('B'), []);
  });

  test('of thousands that came and went, those that run are kept', () => {
    const { history, run, stop } = hostOf();
    run('A');
    for (let n = 0; n < 5000; n++) run(`fork ${n}`);
    history.look(START);
    for (let n = 0; n < 5000; n++) stop(`fork ${n}`);
    history.look(START + 20_000);
    assert.equal(history.of('A').length, 2);
    assert.equal(history.of('fork 0').length, 0);
    assert.equal(history.of('fork 4999').length, 2);
  });
});
