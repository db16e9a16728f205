import { DomainError } from '../../../core/errors.ts';
import { FORK_JOB, FORK_SERVICE } from '../services/services.ts';
import { COMPUTER_SYSTEM, systemPath } from '../systems/computer-system.ts';
import type { MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import type { MethodServices } from './services.ts';
import { requireConfiguration } from './targets.ts';

export { FORK_SERVICE };

/** Vsms_SnapshotForkService: machines that go on from one checkpoint (issue 4). It makes machines, so an administrator's (K8). */
export const forkServiceMethods = (services: MethodServices): MethodRows => ({
  ForkSnapshot: {
    right: 'administer',
    jobType: FORK_JOB,
    out: ['ResultingSystems'],
    run: async ({ request, args }) => {
      const place = requireConfiguration(services.references, 'Snapshot', args.requiredReference('Snapshot'));
      const name = args.text('ElementName');
      if (name === '') throw new DomainError('invalidParameter', 'ElementName is empty. Give a name, or leave it out.');
      const { job, systems } = await services.snapshots.fork(request, place.configuration.id, {
        count: args.requiredInteger('Count'),
        name,
        start: args.boolean('Start') ?? true,
        disconnected: args.boolean('Disconnected') ?? false,
        overcommit: args.boolean('Overcommit') ?? false,
      });
      const paths = systems.map((id) => systemPath(services.projection, COMPUTER_SYSTEM, id));
      return { kind: 'job', job, out: { ResultingSystems: paths } };
    },
  },
  ...serviceControlMethods(),
});
