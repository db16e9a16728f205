import { defineJob, type JobDefinition } from '../jobs/definition.ts';
import type { EthernetSwitch } from '../model.ts';
import type { StoreChange } from '../ports.ts';
import type { Ledger } from '../systems/ledger.ts';
import { quote } from '../systems/refusals.ts';
import type { HostNetwork } from '../networks/host-network.ts';
import { switchNetwork } from '../networks/switch-network.ts';
import { forgetSwitch, storeSwitch } from '../networks/switch-record.ts';

/** A switch as it was and as it is to be; null: it is not. */
export interface SwitchChange {
  readonly before: EthernetSwitch | null;
  readonly after: EthernetSwitch | null;
}

/** JobType (jobs-and-errors §4). */
const TYPES = { define: 130, modify: 131, destroy: 132, add: 133, modifyPorts: 134, remove: 135 } as const;
export type SwitchWork = keyof typeof TYPES;
export const SWITCH_WORKS = Object.keys(TYPES) as readonly SwitchWork[];

const CAPTIONS: Readonly<Record<SwitchWork, string>> = {
  define: 'Creating Virtual Ethernet Switch',
  modify: 'Modifying Virtual Ethernet Switch',
  destroy: 'Destroying Virtual Ethernet Switch',
  add: 'Adding Virtual Ethernet Switch Resources',
  modifyPorts: 'Modifying Virtual Ethernet Switch Resources',
  remove: 'Removing Virtual Ethernet Switch Resources',
};

export interface SwitchJobParts {
  readonly network: HostNetwork;
  readonly ledger: Ledger;
}

/**
 * One change of a switch: the host first, then the record, which becomes true together with the end of the job. Names of
 * devices are made of ids, so that what is undone after a crash is found without having been written down.
 */
export const switchJob = ({ network, ledger }: SwitchJobParts, work: SwitchWork): JobDefinition<SwitchChange> => {
  const makeReal = async ({ before, after }: SwitchChange): Promise<void> => {
    const wanted = after === null ? null : switchNetwork(after);
    const former = before === null ? null : switchNetwork(before);
    if (wanted !== null) await network.apply(wanted);
    else if (former !== null) await network.remove(former);
  };
  return defineJob<SwitchChange>({
    name: `switch-${work}`,
    type: TYPES[work],
    cancellable: false,
    onRestart: 'undo',
    caption: () => CAPTIONS[work],
    failure: ({ before, after }) => `${CAPTIONS[work]} ${quote((after ?? before)?.name ?? '')} failed.`,
    steps: [
      {
        name: 'host',
        run: async (step, change) => {
          await makeReal(change);
          step.join(ledger.joinedSwitch(change, recordsOf(change)));
        },
        undo: (_, { before, after }) => makeReal({ before: after, after: before }),
      },
    ],
  });
};

const recordsOf = ({ before, after }: SwitchChange): readonly StoreChange[] => {
  if (after !== null) return [storeSwitch(after)];
  return before === null ? [] : [forgetSwitch(before)];
};
