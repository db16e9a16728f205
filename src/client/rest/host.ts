import type { Host } from '../host.ts';
import { PATIENT, type Patience } from '../patience.ts';
import { checkpointsOf } from './checkpoints.ts';
import { RestClient } from './client.ts';
import type { RestOptions } from './connection.ts';
import { jobsOf } from './jobs.ts';
import { RestMachines } from './machines.ts';
import { nicsOf } from './nics.ts';
import { switchesOf } from './switches.ts';
import { RestWork } from './work.ts';

/** A vsms host. */
export const restHost = (options: RestOptions & { readonly patience?: Patience }): Host => {
  const client = new RestClient(options);
  const work = new RestWork(client, options.patience ?? PATIENT);
  const machines = new RestMachines(client, work);
  return {
    machines,
    jobs: jobsOf(client, work),
    checkpoints: checkpointsOf(client, work, machines),
    switches: switchesOf(client, work),
    nics: nicsOf(client, work),
    close: () => client.close(),
  };
};
