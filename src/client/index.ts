/**
 * For programs. Any Hyper-V or vsms host over WS-Management: `import { VirtualMachines, WsmanClient } from 'vsms/client'`. A vsms
 * host over REST, typed by its OpenAPI document: `import { RestClient } from 'vsms/client'`.
 * Both behind one interface: `wsmanHost`, `restHost`. docs/packages.md has examples.
 */
export { AmbiguousNameError, NotFoundError } from './by-name.ts';
export { Checkpoints } from './checkpoints.ts';
export { CimClient, type CimClientOptions, type InvokeResult, type Target } from './cim-client.ts';
export { type ClientOptions, WsmanClient, WsmanFault } from './client.ts';
export { JobError, MethodError } from './method-error.ts';
export { ConnectionError, type ConnectionOptions } from './connection.ts';
export type { Argument, ArgumentScalar } from './envelope.ts';
export { exportMachine, type ExportOptions } from './exports.ts';
export { type Finding, findingsOf } from './findings.ts';
export { disksOnHost, hostPaths } from './host-paths.ts';
export type { MachineAdapter, MachineDetails, MachineDisk, MachineMemory } from './machine-details.ts';
export { type DiskOnHost, type HostPath } from './disk-on-host.ts';
export type { Host, Jobs, MachineCheckpoints, Machines, Nics, RequestedState, Switches } from './host.ts';
export { awaitJob, finishJob, succeeded } from './jobs.ts';
export { type JobWatch } from './job.ts';
export {
  listOf,
  numberOf,
  type Reference,
  textOf,
  type WireObject,
  type WireScalar,
  type WireValue,
} from './object.ts';
export { JobGoesOnError, type Patience } from './patience.ts';
export { disksOf, hostSwitches, planDetails, type PlanDetails, type PlanDisk } from './plan-details.ts';
export type { AdapterChange, NetworkAdapter } from './network-adapter.ts';
export { type PlannedMachine, Plans } from './plans.ts';
export { type ChangedRange, type Consistency, type ReferencePoint, ReferencePoints } from './reference-points.ts';
export {
  type Answer,
  type Field,
  type Input,
  type Item,
  type ListId,
  type OperationId,
  RestClient,
} from './rest/client.ts';
export { RestCimClient } from './rest/cim-client.ts';
export type { RestOptions } from './rest/connection.ts';
export { RestError } from './rest/error.ts';
export { restHost } from './rest/host.ts';
export type { Figures, RestEvent, StreamOptions } from './rest/events.ts';
export type * as Rest from './rest/generated/operations.ts';
export type { ClassName, ObjectOf, Settings } from './schema.ts';
export { instanceText, settingsText } from './settings-text.ts';
export type { HostAdapter, NewSwitch, VirtualSwitch } from './switch.ts';
export { VirtualSwitches } from './switches.ts';
export { wqlText } from './texts.ts';
export { type CreateOptions, VirtualMachines } from './virtual-machines.ts';
export { type Checkpoint, REQUESTS, type VirtualMachine } from './machine.ts';
export { wsmanHost } from './wsman-host.ts';
