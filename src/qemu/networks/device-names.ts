import { createHash } from 'node:crypto';
import { DomainError } from '../../core/errors.ts';

/** IFNAMSIZ is 16 with the NUL; a leading dash would be an option, a dot alone a folder. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@:-]{0,14}$/;

/** A name of a device as an argument of a tool. @throws DomainError invalidParameter */
export function deviceArgument(name: string): string {
  if (NAME.test(name)) return name;
  throw new DomainError('invalidParameter', 'A network device with such a name cannot exist. Correct its name.');
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Bridge for one VLAN of a switch: nine digits of the switch's own, three of the VLAN. */
export const vlanBridge = (bridge: string, vlan: number): string => `vsv${digest(bridge).slice(0, 9)}${hex(vlan)}`;

/** The tagged device that leads a VLAN's bridge out of the host. */
export const vlanUplink = (bridge: string, vlan: number): string => `vsu${digest(bridge).slice(0, 9)}${hex(vlan)}`;

/** VLAN of one of the bridges of a switch; null: it is none of them. */
export function vlanOf(bridge: string, name: string): number | null {
  const prefix = `vsv${digest(bridge).slice(0, 9)}`;
  return name.startsWith(prefix) && name.length === 15 ? Number.parseInt(name.slice(12), 16) : null;
}

/** The same for all bridges of one switch, that of each of its VLANs too. */
export const switchKeyOf = (bridge: string): string =>
  /^vsv[0-9a-f]{12}$/.test(bridge) ? bridge.slice(3, 12) : digest(bridge).slice(0, 9);

/** Device through which what a port sends is slowed down. */
export const limiterOf = (device: string): string => `vsf${digest(device).slice(0, 12)}`;

/** Does only this service give such names? */
export const isOurs = (name: string): boolean => /^(vs[wnvupif][0-9a-f]{12}|vsms[0-9a-f]{11})$/.test(name);

/** Is the host a station on this bridge by itself, as its gateway? */
export const isNatBridge = (name: string): boolean => name.startsWith('vsn');

const hex = (vlan: number): string => vlan.toString(16).padStart(3, '0');
