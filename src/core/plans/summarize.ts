import type { PathResolver } from '../paths/resolver.ts';
import type { DefinitionSummary } from './requests.ts';
import { instantOf } from '../transfer/file-time.ts';
import { readDefinitionFile, resolveDefinition } from './definition-file.ts';

/** GetDefinitionFileSummaryInformation (management-service §2): one file. */
export const summarizeDefinition = async (paths: PathResolver, text: string): Promise<DefinitionSummary> => {
  const { id, definition } = await readDefinitionFile(paths, await resolveDefinition(paths, text));
  const { ElementName: name, Notes: notes } = definition.system;
  return {
    id,
    name: typeof name === 'string' ? name : '',
    createdAt: definition.createdAt === null ? null : instantOf(definition.createdAt),
    notes: Array.isArray(notes) ? notes.map(String) : typeof notes === 'string' ? [notes] : [],
  };
};
