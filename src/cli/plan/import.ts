import type { CimClient } from '../../client/cim-client.ts';
import { MethodError } from '../../client/method-error.ts';
import { hostSwitches } from '../../client/plan-details.ts';
import type { Finding } from '../../client/findings.ts';
import { Plans } from '../../client/plans.ts';
import { ask, confirm, isInteractive } from '../ask.ts';
import { connect, type ConnectOptions, UsageError } from '../connect.ts';
import { copyDisks } from '../copy-disks.ts';
import { parseDrives } from '../drive-map.ts';
import { EXIT } from '../exit-codes.ts';
import { drivesOfRegistry, type FoundDefinition, findDefinitions, isDefinition } from './find-definition.ts';
import { INTERRUPTED, interruptible } from '../interrupt.ts';
import { jsonText, printable, table } from '../print/output.ts';
import { type FixFlags, parseSwitches, unusedSwitches } from './plan-fixes.ts';
import { findingsText, planText } from './plan-view.ts';
import { applyFixes, blockingOf, realize, review, type Reviewed } from './plan-work.ts';
import { isLocal, servicePath } from '../service-path.ts';

export interface ImportFlags extends ConnectOptions {
  readonly newId: boolean;
  readonly copy: boolean;
  readonly mapSwitch: readonly string[];
  readonly drive: readonly string[];
  readonly machine: readonly string[];
  readonly root?: string;
  readonly discardState: boolean;
  readonly discardMissing: boolean;
  readonly planOnly: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** vsms import DIR|FILE|data.vmcx */
export async function importMachines(path: string, flags: ImportFlags): Promise<void> {
  const local = isLocal(flags);
  if (flags.copy && !local) throw new UsageError('--copy copies files of this host; the service is on another one.');
  const drives = new Map([...drivesOfRegistry(path), ...parseDrives(flags.drive)]);
  const found = local ? choose(await findDefinitions(path, drives), flags, path) : [remote(path)];
  if (found === null) return;
  const { discardState, discardMissing } = flags;
  const fixFlags = { switches: parseSwitches(flags.mapSwitch), drives, discardState, discardMissing };
  const client = await connect(flags);
  try {
    const results: unknown[] = [];
    for (const each of found) {
      const result = await importOne(client, each, flags, fixFlags);
      if (result === null) break;
      results.push(result);
    }
    if (flags.json) console.log(jsonText(results));
  } finally {
    client.close();
  }
}

/** The checkpoints of a definition on another host are beside it, or there are none. */
const remote = (file: string): FoundDefinition => {
  if (!isDefinition(file))
    throw new UsageError(
      `${file} is no definition (.vmcx, .xml, .exp), and the service is on another host, whose folders are not searched from here. Name the definition itself, or import it in the web console of that host.`,
    );
  const separator = file.includes('\\') ? '\\' : '/';
  const folder = file.split(/[\\/]/).slice(0, -2).join(separator);
  return { file, snapshots: folder === '' ? null : `${folder}${separator}Snapshots`, name: '', problem: null };
};

/** Null: there are several, and they were listed. @throws UsageError */
const choose = (
  found: readonly FoundDefinition[],
  { machine: wanted, json }: ImportFlags,
  path: string,
): readonly FoundDefinition[] | null => {
  if (found.length === 0) throw new UsageError(`${path} holds no definition of a virtual machine.`);
  const idOf = ({ file }: FoundDefinition): string => /([^\\/]+)\.\w+$/.exec(file)?.[1] ?? '';
  if (wanted.length === 0 && found.length === 1) return found;
  if (wanted.length === 0) {
    const rows = found.map((each) => [printable(each.name ?? '-'), idOf(each), printable(each.problem ?? each.file)]);
    console.log(json ? jsonText(found) : table(['machine', 'id', 'definition'], rows));
    console.error(`${path} holds ${found.length} virtual machines: name those to import with --machine.`);
    return null;
  }
  return wanted.map((name) => {
    const same = found.filter((each) => each.name === name || idOf(each).toUpperCase() === name.toUpperCase());
    const [one] = same;
    if (one === undefined) throw new UsageError(`${path} holds no virtual machine "${name}".`);
    if (same.length > 1) throw new UsageError(`${path} holds ${same.length} virtual machines "${name}": give the id.`);
    if (one.problem !== null) throw new UsageError(`${one.file}: ${one.problem}`);
    return one;
  });
};

/** Null: it was interrupted before anybody wanted it realized, and nothing is left of it. */
const importOne = async (
  client: CimClient,
  found: FoundDefinition,
  flags: ImportFlags,
  given: FixFlags,
): Promise<unknown> => {
  const plans = new Plans(client);
  if (flags.dryRun) return interruptible((signal) => rehearse(plans, found, flags, given, signal));
  const planned = await interruptible((signal) => plan(client, plans, found, flags, given, signal));
  if (planned === null) return null;
  const { reviewed, answered, wanted } = planned;
  if (!wanted) return left(reviewed, flags);
  const done: string[] = [];
  const ready = await applyFixes(plans, reviewed, answered, done);
  if (flags.copy) await interruptible((signal) => copyDisks(plans, ready.plan, signal));
  if (!isInterrupted()) await realize(plans, ready);
  const { id, name } = ready.plan;
  if (isInterrupted()) console.error(`The plan stays: ${waysOn(id)}.`);
  else if (!flags.json) console.log(`${printable(name)} ${id}`);
  return { ...facts(ready), done, realized: !isInterrupted() };
};

const isInterrupted = (): boolean => process.exitCode === INTERRUPTED;

interface Planned {
  readonly reviewed: Reviewed;
  readonly answered: FixFlags;
  readonly wanted: boolean;
}

const plan = async (
  client: CimClient,
  plans: Plans,
  found: FoundDefinition,
  flags: ImportFlags,
  given: FixFlags,
  signal: AbortSignal,
): Promise<Planned> => {
  const id = await importFile(plans, found, flags);
  try {
    signal.throwIfAborted();
    if (flags.root !== undefined) await plans.setRoot(id, servicePath(flags.root, flags));
    const first = await review(plans, id, given);
    signal.throwIfAborted();
    if (!flags.json) await show(first);
    for (const text of unusedSwitches(first.findings, given)) console.error(printable(text));
    const answered = isInteractive() && !flags.yes && !flags.json ? await askForSwitches(client, first, given) : given;
    signal.throwIfAborted();
    const reviewed = answered === given ? first : await review(plans, id, answered);
    const wanted = !flags.planOnly && (flags.yes || (isInteractive() && !flags.json && (await isWanted(reviewed))));
    signal.throwIfAborted();
    return { reviewed, answered, wanted };
  } catch (error) {
    // Nobody knows of it yet.
    await plans.discard(id).catch(() => console.error(`vsms: The plan stays: ${waysOn(id)}.`));
    throw error;
  }
};

/** A host without a folder of checkpoints refuses its name: the machine has none then. */
const importFile = async (plans: Plans, { file, snapshots }: FoundDefinition, flags: ImportFlags): Promise<string> => {
  try {
    return await plans.import(file, snapshots, flags.newId);
  } catch (error) {
    const INVALID = 32773;
    if (!(error instanceof MethodError) || error.returnValue !== INVALID || snapshots === null || isLocal(flags))
      throw error;
    return plans.import(file, null, flags.newId);
  }
};

const facts = ({ plan, onHost, findings, fixes }: Reviewed) => ({
  plan,
  disksOnHost: onHost,
  findings,
  fixes: fixes.map(({ text }) => text),
});

const show = async ({ plan, onHost, findings, fixes }: Reviewed): Promise<void> => {
  console.log(await planText(plan, onHost));
  if (findings.length > 0) console.log(`\n${findingsText(findings)}`);
  for (const { text } of fixes) console.log(`will be mended: ${printable(text)}`);
};

const waysOn = (id: string): string => `vsms plan realize ${id} makes it a machine, vsms plan discard ${id} forgets it`;

/** The plan stays; whoever wants it finds it by its id. */
const left = (reviewed: Reviewed, flags: ImportFlags): unknown => {
  const { id } = reviewed.plan;
  if (!flags.json) {
    console.log(`\nThe plan is ${id}: ${waysOn(id)}.`);
    if (!flags.planOnly) console.error(`Nothing was realized${whyNot(reviewed)}`);
  }
  return { ...facts(reviewed), done: [], realized: false };
};

/** Exit code 7 when something would stand in the way; the plan is forgotten whatever is found. */
const rehearse = async (
  plans: Plans,
  found: FoundDefinition,
  flags: ImportFlags,
  given: FixFlags,
  signal: AbortSignal,
): Promise<unknown> => {
  const id = await importFile(plans, found, flags);
  try {
    signal.throwIfAborted();
    if (flags.root !== undefined) await plans.setRoot(id, servicePath(flags.root, flags));
    const reviewed = await review(plans, id, given);
    signal.throwIfAborted();
    if (!flags.json) await show(reviewed);
    if (leftOver(reviewed).length > 0) process.exitCode = EXIT.blocked;
    return { ...facts(reviewed), done: [], realized: false };
  } finally {
    await plans.discard(id);
  }
};

/** What stands in the way when all is mended that can be mended from here. */
const leftOver = ({ findings, fixes }: Reviewed): readonly Finding[] => {
  const mended = new Set(fixes.map(({ finding }) => finding));
  return blockingOf(findings).filter((finding) => !mended.has(finding));
};

/** The end of the sentence that begins with "Nothing was realized". */
const whyNot = (reviewed: Reviewed): string => {
  const { length } = leftOver(reviewed);
  if (length > 0)
    return `: ${length === 1 ? 'one finding stands' : `${length} findings stand`} in the way (BLOCKS). Mend what is told there, then realize the plan.`;
  return isInteractive() ? '.' : ': give --yes where nobody can be asked.';
};

const isWanted = async (reviewed: Reviewed): Promise<boolean> => {
  const { plan, fixes } = reviewed;
  if (leftOver(reviewed).length > 0) return false;
  return confirm(
    fixes.length > 0 ? `Mend this and realize ${printable(plan.name)}?` : `Realize ${printable(plan.name)}?`,
  );
};

const SWITCH_MISSING = '33012';

/** Which switch stands for one that this host does not have; nothing: the adapter is not connected. */
const askForSwitches = async (client: CimClient, { findings }: Reviewed, given: FixFlags): Promise<FixFlags> => {
  const names = new Set(
    findings.filter(({ messageId }) => messageId === SWITCH_MISSING).map(({ arguments: [name = ''] }) => name),
  );
  const unknown = [...names].filter((name) => !given.switches.has(name));
  if (unknown.length === 0) return given;
  const switches = new Map(given.switches);
  const here = (await hostSwitches(client)).map(({ name }) => name);
  for (const name of unknown) {
    const answer = await ask(
      `"${printable(name)}" is not here. Connect to (${here.map(printable).join(', ')}, or nothing): `,
    );
    switches.set(name, answer === '' ? null : answer);
  }
  return { ...given, switches };
};
