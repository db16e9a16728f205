import { join } from 'node:path';
import { test } from 'node:test';
import { inOwnNetwork, noOwnNetwork } from '../kit/own-network.ts';

test(
  'two guests on a private switch ping each other, are refused by a rule, a VLAN and a pulled cable, and leave nothing behind',
  { skip: noOwnNetwork() ?? false },
  () => inOwnNetwork(join(import.meta.dirname, 'switch-guests-inside.ts')),
);

test(
  'a service over the wire: its NAT network and a switch, a machine that moves between them, restarts and a boot',
  { skip: noOwnNetwork() ?? false },
  () => inOwnNetwork(join(import.meta.dirname, 'switch-service-inside.ts')),
);
