import type { Finding } from '../../client/findings.ts';
import type { PlanDetails } from '../../client/plan-details.ts';
import type { Plans } from '../../client/plans.ts';
import { UsageError } from '../connect.ts';
import { type DriveMap, fileOnDrive } from '../drive-map.ts';

/** Numbers of findings that are mended here (planned-systems §6). */
const SWITCH_MISSING = '33012';
const SAVED_STATE = '40004';
const ATTACHMENT = '40010';
const SNAPSHOT_MISSING = '90002';
const DISK_MISSING = '90003';
const RESUMES = '90015';
const DISK_SHARED = '90017';

/** What the command line says about findings in advance. */
export interface FixFlags {
  /** Switch of this host by the name of one of the source host; null: not connected. */
  readonly switches: ReadonlyMap<string, string | null>;
  readonly drives: DriveMap;
  readonly discardState: boolean;
  readonly discardMissing: boolean;
}

/** A change of the plan that takes a finding away. */
export interface Fix {
  readonly finding: Finding;
  /** `web1.vhdx is /exports/...`: what will be done. */
  readonly text: string;
  apply(): Promise<void>;
}

/** `LAN=Default Switch`; nothing behind the sign: not connected. @throws UsageError */
export const parseSwitches = (options: readonly string[]): ReadonlyMap<string, string | null> =>
  new Map(
    options.map((text) => {
      const at = text.indexOf('=');
      if (at <= 0)
        throw new UsageError(`--map-switch ${text}: give both names, like --map-switch "LAN=Default Switch".`);
      return [text.slice(0, at), text.slice(at + 1) === '' ? null : text.slice(at + 1)];
    }),
  );

/** A name that no adapter of the plan waits for is a slip of the pen, or mended already: said, and no reason to stop. */
export const unusedSwitches = (findings: readonly Finding[], { switches }: Pick<FixFlags, 'switches'>): string[] => {
  const missing = new Set(
    findings.filter(({ messageId }) => messageId === SWITCH_MISSING).map((each) => each.arguments[0]),
  );
  return [...switches.keys()]
    .filter((name) => !missing.has(name))
    .map((name) => `--map-switch "${name}=...": no adapter of the plan waits for a switch "${name}".`);
};

/** One for each finding that the flags or the finding itself have an answer to. */
export const fixesFor = async (
  plans: Plans,
  plan: PlanDetails,
  findings: readonly Finding[],
  flags: FixFlags,
): Promise<readonly Fix[]> => {
  const fixes = await Promise.all(findings.map((finding) => fixFor(plans, plan, finding, flags)));
  return fixes.filter((fix) => fix !== null);
};

const fixFor = async (plans: Plans, plan: PlanDetails, finding: Finding, flags: FixFlags): Promise<Fix | null> => {
  const {
    source,
    arguments: [subject = '', found],
  } = finding;
  const fix = (text: string, apply: () => Promise<void>): Fix => ({ finding, text, apply });
  switch (finding.messageId) {
    case SWITCH_MISSING: {
      const target = flags.switches.get(subject);
      if (source === null || target === undefined) return null;
      const text = target === null ? `"${subject}" is not connected` : `"${subject}" becomes "${target}"`;
      return fix(text, () => plans.connect(source, target));
    }
    case DISK_MISSING:
    case DISK_SHARED:
    case ATTACHMENT: {
      const file = (await fileOnDrive(flags.drives, subject)) ?? found;
      if (source === null || file === undefined) return null;
      return fix(`${subject} is ${file}`, () => plans.setFile(source, file));
    }
    case SAVED_STATE:
      if (!flags.discardState || !finding.blocking) return null;
      return fix('the saved state is discarded', () => plans.discardSavedState(plan.id));
    case RESUMES:
      // That of a checkpoint goes with the checkpoint only.
      if (!flags.discardState || source !== plan.id) return null;
      return fix('the saved state is discarded', () => plans.discardSavedState(plan.id));
    case SNAPSHOT_MISSING:
      if (!flags.discardMissing) return null;
      return fix(`the checkpoint ${subject} is left out`, () => plans.discardCheckpoint(subject));
    default:
      return null;
  }
};
