import { Service } from '../test/kit/service.ts';
import { header, report, type Spread, single, spread, withinLimit } from './kit/figures.ts';
import { contextOf, defineEnvelope, enumerateEnvelope, getEnvelope, populate, pullEnvelope, Wire } from './kit/wire.ts';
import { bareHttp } from './peers/bare-http-peer.ts';

const ALL = 'SELECT * FROM Msvm_ComputerSystem';

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work();
  return performance.now() - started;
};

/** One-instance Pulls as libvirt does them; server time is the round trip less that of a bare server. */
export async function pull(): Promise<void> {
  header('One-instance Pull');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  await populate(wire, 'pull', 0, 1000);
  const drain = async (sample: number[]): Promise<number> => {
    let context = contextOf(await wire.post(enumerateEnvelope(ALL)));
    let size = 0;
    while (context !== '') {
      let reply = '';
      sample.push(await timed(async () => (reply = await wire.post(pullEnvelope(context)))));
      size = Math.max(size, reply.length);
      context = contextOf(reply);
    }
    return size;
  };
  const first: number[] = [];
  const size = await drain(first);
  // Enough that the code is compiled, as the bare server's is; what the first thousand of a service cost is shown too.
  for (let round = 0; round < 5; round++) await drain([]);
  const ours: number[] = [];
  await drain(ours);
  await using bare = await bareHttp(size);
  const bareWire = new Wire(bare.url, service.password, 1);
  const body = pullEnvelope('uuid:00000000-0000-0000-0000-000000000000');
  for (let i = 0; i < 500; i++) await bareWire.post(body);
  const theirs: number[] = [];
  for (let i = 0; i < 1000; i++) theirs.push(await timed(() => bareWire.post(body)));
  const [a, b] = [spread(ours), spread(theirs)];
  report({ what: 'the first 1 000 Pulls', unit: 'ms', ours: spread(first), beside: null, goal: null });
  report({
    what: 'round trip, 1 000 Pulls of one system',
    unit: 'ms',
    ours: a,
    beside: { what: 'bare HTTP', value: b },
    goal: null,
  });
  const difference = single(a.median - b.median);
  report(withinLimit({ what: 'server time (difference of medians)', unit: 'ms', ours: difference, limit: 0.3 }));
  bareWire.close();
  wire.close();
}

/** All systems by WQL, in Pulls of as many as the envelope of 16 MB takes. */
export async function query(): Promise<void> {
  header('All systems by WQL');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  let defined = 0;
  for (const [count, limit] of [
    [1000, 100],
    [10_000, 1000],
  ] as const) {
    await populate(wire, 'query', defined, count - defined);
    defined = count;
    const sample: number[] = [];
    for (let round = 0; round < 7; round++) {
      let seen = 0;
      const ms = await timed(async () => {
        let context = contextOf(
          await wire.post(
            enumerateEnvelope("SELECT * FROM Msvm_ComputerSystem WHERE Description = 'Microsoft Virtual Machine'"),
          ),
        );
        while (context !== '') {
          const reply = await wire.post(pullEnvelope(context, 32_000));
          seen += reply.split('<p:Msvm_ComputerSystem ').length - 1;
          context = contextOf(reply);
        }
      });
      if (seen !== count) throw new Error(`${seen} systems came instead of ${count}.`);
      if (round >= 2) sample.push(ms);
    }
    report(withinLimit({ what: `${count} systems`, unit: 'ms', ours: spread(sample), limit }));
  }
  wire.close();
}

/** Get by key with more and more systems: must stay flat. */
export async function lookup(sizes: readonly number[] = [10, 10_000, 100_000]): Promise<void> {
  header('Get by key');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  let defined = 0;
  let first: Spread | undefined;
  for (const size of sizes) {
    await populate(wire, 'lookup', defined, size - defined - 1);
    const reply = await wire.post(defineEnvelope(`wanted${size}`));
    defined = size;
    const id = /Name="Name">([0-9A-F-]{36})</.exec(reply)?.[1] ?? '';
    const body = getEnvelope(id);
    // Enough that the code is compiled: the first size must not look slow.
    for (let i = 0; i < 5000; i++) await wire.post(body);
    const sample: number[] = [];
    for (let i = 0; i < 1000; i++) sample.push(await timed(() => wire.post(body)));
    const ours = spread(sample);
    first ??= ours;
    report({
      what: `of ${size} systems`,
      unit: 'ms',
      ours,
      beside: { what: `of ${sizes[0]}`, value: first },
      goal: { atMost: 1.5 },
    });
  }
  wire.close();
}
