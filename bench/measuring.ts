import { VirtualMachines } from '../src/client/virtual-machines.ts';
import { Service } from '../test/kit/service.ts';
import { header, report, spread, withinLimit } from './kit/figures.ts';
import { runMachines } from './kit/machines.ts';
import {
  contextOf,
  enumerateEnvelope,
  measureAllEnvelope,
  populate,
  pullEnvelope,
  summaryEnvelope,
  Wire,
} from './kit/wire.ts';
import { libvirtPeer } from './peers/libvirt.ts';

/** What ExHyperV and os-win ask for in a list of machines. */
const LISTED = [0, 1, 4, 100, 101, 103, 105, 109, 110];

/** GetSummaryInformation of 1 000 systems in one call, as lists of machines ask for it. */
export async function summary(count = 1000, rounds = 12): Promise<void> {
  header('Summary information');
  await using service = await Service.start({ hypervisor: 'simulated' });
  const wire = new Wire(service.endpoints.http, service.password, 16);
  await populate(wire, 'summary', 0, count);
  const sample: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const reply = await wire.post(summaryEnvelope(LISTED));
    const ms = performance.now() - started;
    const seen = reply.split('<p:SummaryInformation ').length - 1;
    if (seen !== count) throw new Error(`${seen} systems came instead of ${count}.`);
    if (round >= 5) sample.push(ms);
  }
  report(withinLimit({ what: `${count} systems in one call`, unit: 'ms', ours: spread(sample), limit: 50 }));
  wire.close();
}

/** Every figure of 100 running machines read over the wire, beside libvirt's statistics of as many domains. */
export async function metrics(machines = 100, rounds = 12): Promise<void> {
  header('Metrics of running machines');
  await using service = await Service.start({ hypervisor: 'simulated' });
  await runMachines(service, 'metrics', machines);
  const client = service.client();
  const [first] = await new VirtualMachines(client).list();
  client.close();
  const wire = new Wire(service.endpoints.http, service.password, 1);
  await wire.post(measureAllEnvelope(first?.id ?? ''));
  const ours: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    let seen = 0;
    let context = contextOf(await wire.post(enumerateEnvelope('SELECT * FROM Msvm_AggregationMetricValue')));
    while (context !== '') {
      const reply = await wire.post(pullEnvelope(context, 32_000));
      seen += reply.split('<p:Msvm_AggregationMetricValue ').length - 1;
      context = contextOf(reply);
    }
    if (seen !== 11 * machines) throw new Error(`${seen} values came instead of ${11 * machines}.`);
    if (round >= 5) ours.push((machines * 1000) / (performance.now() - started));
  }
  wire.close();
  const peer = await libvirtPeer();
  if (peer === null) console.log('libvirt is not installed or does not answer: nothing to compare with.');
  const theirs = peer?.domainStatistics(machines, rounds).map((ms) => (machines * 1000) / ms);
  report({
    what: `all metrics of ${machines} machines`,
    unit: 'machines/s',
    ours: spread(ours),
    beside: theirs === undefined ? null : { what: 'libvirt domstats', value: spread(theirs) },
    goal: { atLeast: 1 },
  });
}
