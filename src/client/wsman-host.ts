import { Checkpoints } from './checkpoints.ts';
import type { CimClient } from './cim-client.ts';
import type { Host, Jobs } from './host.ts';
import { findJob, jobReference, listJobs } from './job-list.ts';
import { finishJob } from './jobs.ts';
import { NetworkAdapters } from './network-adapters.ts';
import { VirtualSwitches } from './switches.ts';
import { VirtualMachines } from './virtual-machines.ts';

/** Any vsms or Hyper-V host, in calls of Hyper-V's API. It ends with its client, and its client with it. */
export const wsmanHost = (client: CimClient): Host => ({
  machines: new VirtualMachines(client),
  jobs: jobsOf(client),
  checkpoints: new Checkpoints(client),
  switches: new VirtualSwitches(client),
  nics: new NetworkAdapters(client),
  close: () => client.close(),
});

/** RequestedState of a job (jobs-and-errors §6). */
const TERMINATE = 4;

const jobsOf = (client: CimClient): Jobs => ({
  list: () => listJobs(client),
  find: (id) => findJob(client, id),
  finish: (id, watch) => finishJob(client, jobReference(client, id), watch),
  cancel: async (id) => {
    await client.run(jobReference(client, id), 'RequestStateChange', { RequestedState: TERMINATE });
    await client.waitForJob(jobReference(client, id));
  },
});
