import { type PlannedMachine, Plans } from '../../client/plans.ts';
import { memorySize } from '../byte-size.ts';
import { connect, type ConnectOptions, UsageError } from '../connect.ts';
import { parseDrives } from '../drive-map.ts';
import { EXIT } from '../exit-codes.ts';
import { documentText, type Listing } from '../print/listing.ts';
import { printable } from '../print/output.ts';
import { type ListFlags, printList } from '../print/print-list.ts';
import { type FixFlags, parseSwitches, unusedSwitches } from './plan-fixes.ts';
import { findingsText, planText } from './plan-view.ts';
import { applyFixes, blockingOf, realize, review, type Reviewed } from './plan-work.ts';
import { servicePath } from '../service-path.ts';
import { wholeNumber } from '../whole-number.ts';

interface OutputFlags extends ConnectOptions {
  readonly output: 'table' | 'json' | 'yaml';
}

const LISTING: Listing<PlannedMachine> = {
  name: ({ name }) => name,
  columns: [
    { name: 'plan', text: ({ name }) => name },
    { name: 'state', text: ({ saved }) => (saved ? 'saved' : 'off') },
    { name: 'id', text: ({ id }) => id },
  ],
};

const withPlans = async <T>(options: ConnectOptions, work: (plans: Plans) => Promise<T>): Promise<T> => {
  const client = await connect(options);
  try {
    return await work(new Plans(client));
  } finally {
    client.close();
  }
};

export const listPlans = (flags: ListFlags): Promise<void> =>
  printList(flags, LISTING, (client) => new Plans(client).list());

export async function showPlan(name: string, flags: OutputFlags): Promise<void> {
  const { plan, onHost } = await withPlans(flags, async (plans) => {
    const details = await plans.details((await plans.find(name)).id);
    return { plan: details, onHost: await plans.disksOnHost(details) };
  });
  const document = await documentText({ ...plan, disksOnHost: onHost }, flags.output);
  console.log(document ?? (await planText(plan, onHost)));
}

const NO_FIXES = {
  switches: new Map<string, string | null>(),
  drives: new Map<string, string>(),
  discardState: false,
  discardMissing: false,
};

/** Exit code 7 when something stands in the way. */
export async function validatePlan(name: string, flags: OutputFlags): Promise<void> {
  const { findings, fixes } = await withPlans(flags, async (plans) =>
    review(plans, (await plans.find(name)).id, NO_FIXES),
  );
  const document = await documentText(findings, flags.output);
  if (document !== null) console.log(document);
  else if (findings.length === 0) console.log('Nothing stands in the way.');
  else console.log(findingsText(findings));
  if (document === null) for (const { text } of fixes) console.log(`vsms plan fix can mend: ${printable(text)}`);
  if (blockingOf(findings).length > 0) process.exitCode = EXIT.blocked;
}

export interface FixOptions extends ConnectOptions {
  readonly mapSwitch: readonly string[];
  readonly drive: readonly string[];
  readonly disk: readonly string[];
  readonly root?: string;
  readonly memory?: string;
  readonly processors?: string;
  readonly discardState: boolean;
  readonly discardMissing: boolean;
}

/** What was asked for, then everything that a finding itself has an answer to. */
export async function fixPlan(name: string, flags: FixOptions): Promise<void> {
  const { discardState, discardMissing } = flags;
  const fixFlags = {
    switches: parseSwitches(flags.mapSwitch),
    drives: parseDrives(flags.drive),
    discardState,
    discardMissing,
  };
  const disks = flags.disk.map(parseDisk);
  const size = {
    ...(flags.memory === undefined ? {} : { memoryMb: memorySize(flags.memory, '--memory') }),
    ...(flags.processors === undefined ? {} : { processors: wholeNumber(flags.processors, '--processors') }),
  };
  await withPlans(flags, async (plans) => {
    const { id } = await plans.find(name);
    const done: string[] = [];
    const reviewed = await mend(plans, id, { ...flags, size, disks, fixFlags }, done).finally(() => {
      // What a refused step does not take back.
      for (const text of done) console.log(printable(text));
    });
    if (reviewed.findings.length > 0) console.log(findingsText(reviewed.findings));
    if (blockingOf(reviewed.findings).length > 0) process.exitCode = EXIT.blocked;
  });
}

interface Mending extends FixOptions {
  readonly size: { readonly memoryMb?: number; readonly processors?: number };
  readonly disks: readonly (readonly [from: string, to: string])[];
  readonly fixFlags: FixFlags;
}

const mend = async (
  plans: Plans,
  id: string,
  { size, disks, fixFlags, ...flags }: Mending,
  done: string[],
): Promise<Reviewed> => {
  if (flags.root !== undefined) {
    const root = servicePath(flags.root, flags);
    await plans.setRoot(id, root);
    done.push(`its folder is ${root}`);
  }
  if (Object.keys(size).length > 0) {
    await plans.setSize(id, size);
    if (size.memoryMb !== undefined) done.push(`its memory is ${size.memoryMb} MB`);
    if (size.processors !== undefined) done.push(`its processors are ${size.processors}`);
  }
  if (disks.length > 0) await moveDisks(plans, id, disks, flags, done);
  const first = await review(plans, id, fixFlags);
  for (const text of unusedSwitches(first.findings, fixFlags)) console.error(printable(text));
  return applyFixes(plans, first, fixFlags, done);
};

const parseDisk = (text: string): readonly [from: string, to: string] => {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1)
    throw new UsageError(`--disk ${text}: give both files, like --disk "C:\\old.vhdx=/srv/new.vhdx".`);
  return [text.slice(0, at), text.slice(at + 1)];
};

/** In the machine and in every checkpoint that names the file. */
const moveDisks = async (
  plans: Plans,
  id: string,
  disks: readonly (readonly [from: string, to: string])[],
  flags: ConnectOptions,
  done: string[],
): Promise<void> => {
  const { active, checkpoints } = await plans.details(id);
  for (const [from, to] of disks) {
    const same = [active, ...checkpoints].flatMap((each) => each.disks).filter(({ file }) => file === from);
    if (same.length === 0) throw new UsageError(`The plan names no file ${from}.`);
    for (const { setting } of same) await plans.setFile(setting, servicePath(to, flags));
    done.push(`${from} is ${to}`);
  }
};

export async function realizePlan(name: string, flags: ConnectOptions): Promise<void> {
  await withPlans(flags, async (plans) => {
    const { id } = await plans.find(name);
    const reviewed = await review(plans, id, NO_FIXES);
    const left = blockingOf(reviewed.findings);
    if (left.length > 0) console.error(findingsText(left));
    if (await realize(plans, reviewed)) console.log(`${printable(reviewed.plan.name)} ${id}`);
  });
}

export async function discardPlan(name: string, flags: ConnectOptions): Promise<void> {
  await withPlans(flags, async (plans) => {
    const plan = await plans.find(name);
    await plans.discard(plan.id);
    console.log(`${printable(plan.name)} is no plan any more; the files of its import are untouched.`);
  });
}
