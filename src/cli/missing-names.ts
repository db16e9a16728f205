import type { Command } from 'commander';
import { NotFoundError } from '../client/by-name.ts';
import { HOST_ADAPTER } from '../client/switch.ts';
import { namesOf } from './completion.ts';
import type { ConnectOptions } from './connect.ts';
import { nearest } from './words/edit-distance.ts';

/** By what an error calls the thing: how completion calls it, and the command that lists its kind. */
const KINDS: Readonly<Record<string, readonly [kind: string, list: string]>> = {
  'virtual machine': ['vm', 'vm list'],
  'virtual switch': ['switch', 'switch list'],
  [HOST_ADAPTER]: ['adapter', 'switch adapters'],
  'planned virtual machine': ['plan', 'plan list'],
  checkpoint: ['checkpoint', 'checkpoint list VM'],
  'reference point': ['point', 'reference-point list VM'],
  job: ['job', 'job list'],
  'drive or image of this machine': ['', 'disk list VM'],
  'controller of this machine': ['', 'controller list VM'],
  'free location on the controller': ['', 'controller list VM'],
};
const MOST = 3;

/** What to do about a name that nothing has: those that it was perhaps meant to be, and where all of them are told. */
export const namesInstead = async (error: unknown, ran: Command | undefined): Promise<string> => {
  if (!(error instanceof NotFoundError) || !Object.hasOwn(KINDS, error.what)) return '';
  const [kind, list] = KINDS[error.what] ?? ['', ''];
  const names = await namesOf(kind, ran?.args ?? [], ran?.opts<ConnectOptions>() ?? {});
  const near = nearest(error.wanted, names).slice(0, MOST);
  const meant = near.length === 0 ? '' : ` Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}?`;
  return `${meant} vsms ${list} shows what there is.`;
};
