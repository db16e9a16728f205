import { Checkpoints } from '../../client/checkpoints.ts';
import { STATE_NAMES } from '../../client/machine.ts';
import { VirtualMachines } from '../../client/virtual-machines.ts';
import { watched } from '../checkpoint.ts';
import { connect, type ConnectOptions, UsageError } from '../connect.ts';
import { documentText } from '../print/listing.ts';
import { printable } from '../print/output.ts';
import { wholeNumber } from '../whole-number.ts';

export interface ForkFlags extends ConnectOptions {
  readonly count: string;
  readonly name?: string;
  readonly start: boolean;
  readonly network: boolean;
  readonly overcommit?: boolean;
  readonly output: string;
}

/** `web@before the update`: a machine and one of its checkpoints; the last @ divides them. */
export const parseForkSource = (text: string): { readonly vm: string; readonly checkpoint: string } => {
  const at = text.lastIndexOf('@');
  const [vm, checkpoint] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || checkpoint === '')
    throw new UsageError(`'${text}' names no checkpoint. Say VM@CHECKPOINT; vsms checkpoint list VM shows them.`);
  return { vm, checkpoint };
};

/** vsms fork VM@CHECKPOINT [--count N]: prints the machines that were made. */
export const fork = async (source: string, flags: ForkFlags): Promise<void> => {
  const { vm, checkpoint: name } = parseForkSource(source);
  const count = wholeNumber(flags.count, '--count');
  const client = await connect(flags);
  try {
    const machines = new VirtualMachines(client);
    const machine = await machines.find(vm);
    const checkpoint = await machines.findCheckpoint(machine.id, name);
    const ids = await watched(`Forking ${printable(checkpoint.name)}`, (watch) =>
      new Checkpoints(client).fork(
        checkpoint.id,
        {
          count,
          ...(flags.name === undefined ? {} : { name: flags.name }),
          start: flags.start,
          disconnected: !flags.network,
          overcommit: flags.overcommit === true,
        },
        watch,
      ),
    );
    const forks = await Promise.all(ids.map((id) => machines.find(id)));
    const document = await documentText(forks, flags.output);
    if (document !== null) console.log(document);
    else
      for (const { name: own, id, state } of forks)
        console.log(`${printable(own)} ${id} ${STATE_NAMES[state] ?? state}`);
  } finally {
    client.close();
  }
};
