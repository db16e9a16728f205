import { DomainError } from '../core/errors.ts';
import type { GuestFacts, MachineFigures } from '../core/ports.ts';
import type { AdapterSpec, MachineSpec } from '../core/machine-spec.ts';

/** As QEMU's NAT network gives it to its first guest. */
const NAT = { address: '10.0.2.15', prefixLength: 24 };
/** Of networks for benchmarks (RFC 2544), so that nobody takes it for a real one. */
const BENCHMARK_PREFIX = 15;

/** What a simulated guest tells of itself: an address at each adapter that is plugged in. */
export const guestFacts = (spec: MachineSpec, adapters: readonly AdapterSpec[], clockBehindMs: number): GuestFacts => ({
  hostName:
    spec.name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'guest',
  version: '1.0',
  kernel: '1.0-simulated',
  architecture: 'x86_64',
  clockBehindMs,
  exchange: [{ name: 'simulated', data: 'true' }],
  interfaces: adapters.map(({ mac, network }) => ({
    mac: mac.toUpperCase(),
    addresses: network.kind === 'none' ? [] : [network.kind === 'user' ? NAT : benchmarkAddress(mac)],
  })),
});

/** @throws DomainError timeout when no agent answers */
export const requireAgent = ({ guestAgent }: Pick<MachineFigures, 'guestAgent'>): void => {
  if (guestAgent !== 'ok')
    throw new DomainError('timeout', 'The guest agent does not answer. Look whether it runs in the guest.');
};

/** Machines differ in the last bytes of their addresses (MacAddress pool). */
const benchmarkAddress = (mac: string): { readonly address: string; readonly prefixLength: number } => {
  const [high = 0, middle = 0, low = 0] = [...Buffer.from(mac.slice(6), 'hex')];
  return { address: `198.${18 + (high & 1)}.${middle}.${low}`, prefixLength: BENCHMARK_PREFIX };
};
