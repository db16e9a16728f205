import { Service } from '../test/kit/service.ts';
import { header, line, show, spread } from './kit/figures.ts';
import { defineEnvelope, Wire } from './kit/wire.ts';
import { libvirtPeer } from './peers/libvirt.ts';

/**
 * Durable DefineSystem per second over WS-Management, 1 and 16 clients, beside libvirt's define over its daemon.
 * Both acknowledge after the definition is on disk; ours has twenty default devices, libvirt's domain five.
 */
export async function define(rounds = 5): Promise<void> {
  header('Durable definitions per second');
  const peer = await libvirtPeer();
  for (const clients of [1, 16]) {
    const ours: number[] = [];
    const theirs: number[] = [];
    const count = clients === 1 ? 300 : 2000;
    await using service = await Service.start({ hypervisor: 'simulated' });
    const wire = new Wire(service.endpoints.http, service.password, clients);
    await wire.flood(200, clients, (i) => defineEnvelope(`warm${i}`));
    // In turn, so that both see the same noise of the machine.
    for (let round = 0; round < rounds; round++) {
      ours.push(count / (await wire.flood(count, clients, (i) => defineEnvelope(`bench${round}-${i}`))));
      if (peer !== null) theirs.push(peer.definePerSecond(clients, 300));
    }
    wire.close();
    const [a, b] = [spread(ours), spread(theirs)];
    line(
      `DefineSystem, ${clients} client${clients === 1 ? '' : 's'}`,
      show(a, '/s'),
      peer === null ? 'libvirt is not installed' : `libvirt ${show(b, '/s')}`,
      peer === null ? '' : `${(a.median / b.median).toFixed(2)}x`,
      '>= 3x',
    );
  }
}
