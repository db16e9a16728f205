import { open } from 'node:fs/promises';
import type { Finding } from '../../client/findings.ts';
import type { DiskOnHost } from '../../client/disk-on-host.ts';
import type { PlanConfiguration, PlanDetails, PlanDisk } from '../../client/plan-details.ts';
import { openChain } from '../../vhd/chain/chain.ts';
import { inspectDisk } from '../../vhd/inspect.ts';
import { besideChild, plainFile } from '../../vhd/chain/parent-names.ts';
import { onHostSection } from '../disks-on-host.ts';
import { verbsFor } from './finding-verbs.ts';
import { printable } from '../print/output.ts';
import { type Section, sectionsText } from '../print/sections.ts';

const GIB = 2 ** 30;

/** A plan as tables: the machine, its disks and what they are `onHost`, its networks, its checkpoints as a tree. */
export const planText = async (plan: PlanDetails, onHost: readonly DiskOnHost[]): Promise<string> =>
  sectionsText([
    {
      columns: ['plan', 'generation', 'version', 'processors', 'memory', 'state', 'data root'],
      rows: [
        [
          plan.name,
          `${plan.generation}${plan.secureBoot ? ', Secure Boot' : ''}`,
          plan.version,
          String(plan.processors),
          `${plan.memoryMb} MB${plan.dynamicMemory ? ', dynamic' : ''}`,
          plan.saved ? 'saved' : 'off',
          plan.dataRoot,
        ],
      ],
    },
    await disksSection(plan.active, onHost),
    onHostSection(onHost),
    {
      columns: ['adapter', 'address', 'switch'],
      rows: plan.active.networks.map(({ adapter, mac, connected, switch: name }) => [
        adapter,
        mac,
        connected ? name : 'not connected',
      ]),
    },
    { columns: ['checkpoint', 'disks'], rows: tree(plan) },
  ]);

const disksSection = async ({ disks }: PlanConfiguration, onHost: readonly DiskOnHost[]): Promise<Section> => ({
  columns: ['place', 'size', 'chain', 'file'],
  rows: await Promise.all(
    disks.map(async ({ place, kind, file }) => {
      const there = onHost.find((each) => each.place === place)?.file ?? file;
      const facts = kind === 'disk' ? await factsOf(there) : null;
      return [place, facts?.size ?? '', facts?.chain ?? '', file];
    }),
  ),
});

interface DiskFacts {
  readonly size: string;
  readonly chain: string;
}

/** As far as they can be read from here: the service may be on another host, or be allowed more than we are. */
const factsOf = async (file: string): Promise<DiskFacts | null> => {
  if (!file.startsWith('/')) return null;
  try {
    const info = await inspectDisk(file);
    const size = `${(info.virtualSize / GIB).toFixed(1)} GB`;
    if (info.type !== 'differencing' || info.format === 'qcow2') return { size, chain: info.format };
    const chain = await openChain(plainFile(file), besideChild);
    await chain.source.close();
    return { size, chain: `${info.format}, ${chain.files.length} files` };
  } catch {
    return null;
  }
};

/** Children below their parents, each a step further in. */
const tree = ({ checkpoints }: PlanDetails): readonly (readonly string[])[] => {
  const rows: string[][] = [];
  const visit = (parent: string | null, depth: number): void => {
    for (const each of checkpoints) {
      if (each.parent !== parent || depth > checkpoints.length) continue;
      const name = each.missing ? `${each.id} (definition missing)` : each.name;
      rows.push([`${'  '.repeat(depth)}${name}`, each.disks.map(({ file }) => baseName(file)).join(', ')]);
      visit(each.id, depth + 1);
    }
  };
  visit(null, 0);
  return rows;
};

const baseName = (file: PlanDisk['file']): string => file.split(/[\\/]/).at(-1) ?? file;

/** Findings with what to do, those that stand in the way first. `verbs`: what does it on this command line; of a plan that is kept. */
export const findingsText = (findings: readonly Finding[], verbs: typeof verbsFor = verbsFor): string =>
  findings
    .map((found) => {
      const { blocking, messageId, message, actions } = found;
      // The message ends with the actions: as text of a job it stands alone.
      const here = verbs(found);
      const said = actions
        .reduce((text, action) => text.replace(` ${action}`, ''), message)
        .replace(/ \(Instance ID [^)]*\)$/, '');
      return [
        `${blocking ? 'BLOCKS' : 'note  '} ${messageId}  ${printable(said)}`,
        ...here.map((verb) => `              Here: ${verb}`),
        ...actions.map((a) => `              ${here.length === 0 ? '' : 'By the API: '}${printable(a)}`),
      ].join('\n');
    })
    .join('\n');

/** May the file be read from here? */
export const isReadable = async (file: string): Promise<boolean> => {
  const handle = await open(file, 'r').catch(() => null);
  await handle?.close();
  return handle !== null;
};
