import { DomainError, type ErrorSource } from '../../errors.ts';
import type { Configuration, DeviceSetting, VirtualSystem } from '../../model.ts';
import type { PathResolver } from '../../paths/resolver.ts';
import type { SystemsContext } from '../../systems/context.ts';

/** What a check finds (planned-systems §6). */
export interface Finding {
  readonly messageId: string;
  /** Realizing is refused until it is mended. */
  readonly blocking: boolean;
  /** One sentence that names the file, the switch or the limit. */
  readonly message: string;
  readonly arguments: readonly string[];
  /** What to do, a sentence each. */
  readonly actions: readonly string[];
  readonly source: ErrorSource;
}

/** What the checks look at: a plan, and this host. */
export interface CheckSubject {
  readonly plan: VirtualSystem;
  readonly context: Pick<SystemsContext, 'graph' | 'disks' | 'paths' | 'host' | 'hypervisor'>;
  readonly paths: PathResolver;
}

export type Check = (subject: CheckSubject) => Promise<readonly Finding[]>;

/**
 * Numbers of findings. Those below 90000 are known from scripts that read Compare-VM's report; the rest are ours and never
 * change their meaning.
 */
export const MESSAGE = {
  switchMissing: '33012',
  savedState: '40004',
  attachment: '40010',
  identifier: '90001',
  snapshotMissing: '90002',
  diskMissing: '90003',
  diskChain: '90004',
  version: '90005',
  dataRoot: '90006',
  memory: '90007',
  processors: '90008',
  hardware: '90009',
  security: '90010',
  configurationFile: '90011',
  guestState: '90012',
  deviceModels: '90013',
  setting: '90014',
  resumes: '90015',
  parentChanged: '90016',
  diskShared: '90017',
} as const;

const NOT_BLOCKING: ReadonlySet<string> = new Set([
  MESSAGE.memory,
  MESSAGE.guestState,
  MESSAGE.deviceModels,
  MESSAGE.resumes,
  MESSAGE.parentChanged,
  MESSAGE.diskShared,
]);

export const finding = (
  number: keyof typeof MESSAGE,
  source: ErrorSource,
  message: string,
  facts: { readonly arguments?: readonly string[]; readonly actions: readonly string[]; readonly blocking?: boolean },
): Finding => ({
  messageId: MESSAGE[number],
  blocking: facts.blocking ?? !NOT_BLOCKING.has(MESSAGE[number]),
  message,
  arguments: facts.arguments ?? [],
  actions: facts.actions,
  source,
});

export const ofPlan = (plan: VirtualSystem): ErrorSource => ({ system: plan.id, configuration: null, part: null });

export const ofConfiguration = (plan: VirtualSystem, { id }: Configuration): ErrorSource => ({
  system: plan.id,
  configuration: id,
  part: null,
});

export const ofDevice = (plan: VirtualSystem, { id }: Configuration, { part }: DeviceSetting): ErrorSource => ({
  system: plan.id,
  configuration: id,
  part,
});

/** As an error of a job: text, then what to do. */
export const findingError = (each: Finding): DomainError =>
  new DomainError('failed', [each.message, ...each.actions].join(' '), {
    source: each.source,
    finding: {
      messageId: each.messageId,
      severity: each.blocking ? 4 : 3,
      arguments: each.arguments,
      recommendedActions: each.actions,
    },
  });

/** The first of what several asynchronous checks throw as refusals, as a text; null: none was thrown. */
export const refusalOf = async (work: () => unknown): Promise<DomainError | null> => {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
};
