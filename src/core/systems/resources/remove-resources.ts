import { kindRow } from '../../devices/kinds.ts';
import type { DeviceSetting } from '../../model.ts';
import type { RequestContext, SettingRef } from '../../requests.ts';
import type { SystemsContext } from '../context.ts';
import { presenceMoment } from './device-properties.ts';
import type { ConfigurationDraft } from '../draft.ts';
import { withDrafts } from './many-turns.ts';
import { momentAllows, momentRefusal } from '../moments.ts';
import { isOnIde } from './place-resources.ts';
import { invalid, quote } from '../refusals.ts';

/** RemoveResourceSettings and RemoveFeatureSettings (management-service §2): what hangs below goes too. */
export const removeResources = async (
  context: SystemsContext,
  _request: RequestContext,
  settings: readonly SettingRef[],
): Promise<void> => {
  await withDrafts(context, settings, (drafts) => {
    for (const setting of settings) removeOne(drafts.of(setting.configuration), setting.part);
  });
};

const removeOne = (draft: ConfigurationDraft, part: string): void => {
  const device = draft.find(part);
  if (device === undefined) {
    // Gone with its parent, which the same call named before it.
    const wanted = part.toLowerCase();
    if (draft.original.devices.some((held) => held.part.toLowerCase() === wanted)) return;
    throw invalid(`No setting has the InstanceID part ${quote(part)}.`);
  }
  const row = kindRow(device.kind);
  if (!row.removable) throw invalid(`${row.elementName} belongs to every virtual machine and cannot be removed.`);
  requireMoments(draft, device);
  draft.remove(part);
};

/** Everything that would go must be allowed to go now. */
const requireMoments = (draft: ConfigurationDraft, device: DeviceSetting): void => {
  const parent = device.parent === null ? null : (draft.find(device.parent) ?? null);
  const feature = kindRow(device.kind).featureId !== undefined;
  const moment = feature ? 'any' : presenceMoment(device.kind, draft.system.generation, isOnIde(draft, parent));
  if (!momentAllows(draft.system, moment))
    throw momentRefusal(draft.system, `The set of devices (${kindRow(device.kind).elementName})`, moment);
  for (const child of draft.children(device.part)) requireMoments(draft, child);
};
