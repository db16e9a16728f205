import type { Guid } from '../../model.ts';
import type { SettingRef } from '../../requests.ts';
import type { SystemsContext } from '../context.ts';
import { ConfigurationDraft } from '../draft.ts';
import type { DraftInPlace } from './settle.ts';
import { settleDrafts } from './settle.ts';
import { requireWritable } from '../targets.ts';

/** The drafts of all configurations that one call touches. */
export class DraftSet {
  readonly #context: SystemsContext;
  readonly #drafts = new Map<Guid, DraftInPlace>();

  constructor(context: SystemsContext) {
    this.#context = context;
  }

  of(configuration: Guid): ConfigurationDraft {
    const id = configuration.toUpperCase();
    const held = this.#drafts.get(id);
    if (held !== undefined) return held.draft;
    const { system, configuration: original, snapshot } = requireWritable(this.#context, id);
    const draft = new ConfigurationDraft(system, original);
    this.#drafts.set(id, { system, snapshot, draft });
    return draft;
  }

  all(): readonly DraftInPlace[] {
    return [...this.#drafts.values()];
  }
}

/**
 * Works on settings of any number of systems as one: the turns are taken in the order of the ids, so that two calls over
 * the same systems never wait for each other.
 */
export const withDrafts = async <T>(
  context: SystemsContext,
  settings: readonly SettingRef[],
  work: (drafts: DraftSet) => T,
): Promise<T> => {
  const owners = new Set(settings.map((setting) => requireWritable(context, setting.configuration).system.id));
  const releases: (() => void)[] = [];
  try {
    for (const id of [...owners].toSorted()) releases.push(await context.turns.hold(id));
    const drafts = new DraftSet(context);
    const result = work(drafts);
    await settleDrafts(context, drafts.all());
    return result;
  } finally {
    for (const release of releases) release();
  }
};
