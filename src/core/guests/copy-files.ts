import { constants } from 'node:fs';
import { DomainError } from '../errors.ts';
import { numberValue } from '../devices/effective.ts';
import { defineJob, type JobDefinition, type StepContext } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { Guid, VirtualSystem } from '../model.ts';
import { openResolved } from '../paths/open.ts';
import type { PathResolver, ResolvedPath } from '../paths/resolver.ts';
import type { GuestFile, GuestOperations, RequestContext } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { invalid, quote, wrongState } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';
import { requireSystem } from '../systems/targets.ts';

interface CopyParams {
  readonly system: Guid;
  readonly machine: string;
  readonly files: readonly (Omit<GuestFile, 'source'> & { readonly text: string; readonly file: string })[];
}

/** JobType: Guest Service Interface. */
const COPY_JOB = 180;
const ENABLED = 2;
const MAXIMUM_FILES = 256;
const MAXIMUM_PATH = 1024;

/** CopyFilesToGuest (other-services §5): by the agent of a running guest whose guest service interface is enabled. */
export const guestOperations = (context: SystemsContext, paths: PathResolver): GuestOperations => {
  const definition = copyDefinition(context, paths);
  context.jobs.register(definition);
  return {
    copyFiles: (request, system, files) => copyFiles(context, paths, definition, request, system, files),
  };
};

const copyFiles = async (
  context: SystemsContext,
  paths: PathResolver,
  definition: JobDefinition<CopyParams>,
  request: RequestContext,
  id: Guid,
  files: readonly GuestFile[],
): Promise<Job> => {
  const system = requireSystem(context, id);
  requireInterface(context, system);
  if (files.length === 0 || files.length > MAXIMUM_FILES)
    throw invalid(`From 1 to ${MAXIMUM_FILES} files are copied by one call.`);
  const resolved: CopyParams['files'][number][] = [];
  for (const { source, ...wanted } of files) {
    const { text, file } = await paths.resolve(source, 'file');
    await (await openResolved({ text, file, exists: true }, constants.O_RDONLY)).close();
    resolved.push({ ...wanted, destination: destinationOf(wanted.destination, text), text, file });
  }
  const params: CopyParams = { system: system.id, machine: elementNameOf(system.active), files: resolved };
  return context.jobs.submit(request, definition, params, [{ element: { kind: 'system', id: system.id }, effect: 0 }]);
};

const requireInterface = (context: SystemsContext, system: VirtualSystem): void => {
  if (system.power !== 'running' || context.graph.machine(system.id) === undefined)
    throw wrongState('The virtual machine is not running. Start it before files are copied to its guest.');
  const setting = system.active.devices.find(({ kind }) => kind === 'guestServiceInterface');
  if (setting === undefined || numberValue(setting, 'EnabledState') !== ENABLED)
    throw wrongState(
      'The guest service interface of the virtual machine is disabled. Enable it by ModifyGuestServiceSettings first.',
    );
};

/** The whole name of a file in the guest. One that ends as a folder gets the name of the source. */
const destinationOf = (text: string, source: string): string => {
  if (text.length > MAXIMUM_PATH || /\p{Cc}/u.test(text))
    throw invalid(`DestinationPath has at most ${MAXIMUM_PATH} characters, and no control characters.`);
  if (!/^(?:\/|[a-z]:[\\/])/i.test(text))
    throw invalid('DestinationPath is a whole path in the guest, such as /tmp/a.txt or C:\\Temp\\a.txt.');
  return /[\\/]$/.test(text) ? text + (source.split(/[\\/]/).at(-1) ?? '') : text;
};

const copyDefinition = (context: SystemsContext, paths: PathResolver): JobDefinition<CopyParams> =>
  defineJob<CopyParams>({
    name: 'copy-files-to-guest',
    type: COPY_JOB,
    className: 'Msvm_CopyFileToGuestJob',
    cancellable: true,
    onRestart: 'undo',
    caption: () => 'Copying Files to Guest',
    failure: ({ machine }) => `Files could not be copied to the guest of ${quote(machine)}.`,
    steps: [{ name: 'copy', run: (step, params) => copyAll(context, paths, step, params) }],
  });

const copyAll = async (
  context: SystemsContext,
  paths: PathResolver,
  step: StepContext,
  { system, files }: CopyParams,
): Promise<void> => {
  for (const [index, { text, file, ...wanted }] of files.entries()) {
    const machine = context.graph.machine(system);
    if (machine === undefined) throw wrongState('The virtual machine does not run any more.');
    // Resolved anew: a root that is not allowed any more counts at once.
    const now: ResolvedPath = await paths.resolve(text, 'file');
    if (now.file !== file) throw new DomainError('failed', `${quote(text)} is another file by now. Copy it again.`);
    await using handle = await openResolved(now, constants.O_RDONLY);
    const { size } = await handle.stat();
    await machine.copyToGuest(
      {
        ...wanted,
        size,
        read: async (position, into) => {
          const { bytesRead } = await handle.read(into, 0, into.length, position);
          if (bytesRead < into.length)
            throw new DomainError('failed', `${quote(text)} became shorter while it was copied. Copy it again.`);
        },
      },
      (bytes) => step.progress((index + (size === 0 ? 1 : bytes / size)) / files.length),
      step.signal,
    );
  }
};
