import { Service } from '../test/kit/service.ts';
import { header, report, spread } from './kit/figures.ts';
import { defineEnvelope, Wire } from './kit/wire.ts';
import { libvirtPeer } from './peers/libvirt.ts';

/**
 * Durable DefineSystem per second over WS-Management, 1 and 16 clients, beside libvirt's define over its daemon.
 * Both acknowledge after the definition is on disk; ours has twenty default devices, libvirt's domain five.
 */
export async function define(rounds = 5): Promise<void> {
  header('Durable definitions per second');
  const peer = await libvirtPeer();
  if (peer === null) console.log('libvirt is not installed or does not answer: nothing to compare with.');
  for (const clients of [1, 16]) {
    const ours: number[] = [];
    const theirs: number[] = [];
    const count = clients === 1 ? 1000 : 4000;
    await using service = await Service.start({ hypervisor: 'simulated' });
    const wire = new Wire(service.endpoints.http, service.password, clients);
    // Enough that the code is compiled.
    await wire.flood(4000, clients, (i) => defineEnvelope(`warm${i}`));
    // In turn, so that both see the same noise of the machine.
    for (let round = 0; round < rounds; round++) {
      ours.push(count / (await wire.flood(count, clients, (i) => defineEnvelope(`bench${round}-${i}`))));
      if (peer !== null) theirs.push(peer.definePerSecond(clients, 300));
    }
    wire.close();
    report({
      what: `DefineSystem, ${clients} client${clients === 1 ? '' : 's'}`,
      unit: '/s',
      ours: spread(ours),
      beside: peer === null ? null : { what: 'libvirt', value: spread(theirs) },
      goal: { atLeast: 3 },
    });
  }
}
