import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { ALLOW_NO_DELIVERY, type AllowDelivery } from '../http/deliver.ts';

/** `192.0.2.7`, `2001:db8::/32`: where events may be pushed to. */
const SUBNET = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/;

/** Is the text an address or a subnet? */
export function isSubnet(text: string): boolean {
  const [, address = '', bits] = SUBNET.exec(text) ?? [];
  const width = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return width > 0 && (bits === undefined || Number(bits) <= width);
}

/**
 * Lets subscriptions deliver to these addresses and no others: a `NotifyTo` makes the service send requests, and must not
 * reach what only the service can reach (hardening 17). None by default.
 */
export function eventSinks(subnets: readonly string[]): AllowDelivery {
  if (subnets.length === 0) return ALLOW_NO_DELIVERY;
  const allowed = new BlockList();
  for (const text of subnets) {
    const [, address = '', bits] = SUBNET.exec(text) ?? [];
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (bits === undefined) allowed.addAddress(address, family);
    else allowed.addSubnet(address, Number(bits), family);
  }
  return ({ address }) => allowed.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
