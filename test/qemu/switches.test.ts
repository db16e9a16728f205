import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inOwnNetwork, noOwnNetwork } from '../kit/own-network.ts';

const skip = noOwnNetwork() ?? false;
const inside = join(import.meta.dirname, 'switches-inside.ts');

/** Switches as this kernel makes them, each case in an empty network of its own. */
describe('switches on a real kernel', { skip }, () => {
  const cases = {
    private: 'stations on a private switch reach each other and nobody else',
    internal: 'the host is a station on an internal switch',
    external: 'an adapter of the host leads out, and is given back',
    vlans: 'access VLANs are apart, and what leads out of the host says what it lacks',
    rules: 'addresses and access rules hold, and none outlives its port',
    guards: 'a guarded port sends no answers of a DHCP server',
    counters: 'what passes a port is counted, in a VLAN too',
    limits: 'what a port sends goes through its bucket',
    mirrors: 'what a source sends and gets comes to the destinations of its switch',
    nat: 'a NAT network gives addresses, names and a way out, and lets nobody in',
    foreign: 'what is not ours is left alone, and names are no options',
  };
  for (const [name, what] of Object.entries(cases)) test(what, () => inOwnNetwork(inside, name));
});
