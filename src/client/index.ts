/**
 * For programs. Any Hyper-V or vsms host over WS-Management: `import { VirtualMachines, WsmanClient } from 'vsms/client'`. A vsms
 * host over REST, typed by its OpenAPI document: `import { RestClient } from 'vsms/client'`.
 * docs/clients.md has examples.
 */
export { AmbiguousNameError, NoSuchMachineError } from './by-name.ts';
export { Checkpoints, type CheckpointType } from './checkpoints.ts';
export { type ClientOptions, type InvokeResult, MethodError, type Target, WsmanClient, WsmanFault } from './client.ts';
export { ConnectionError, type ConnectionOptions } from './connection.ts';
export type { Argument, ArgumentScalar } from './envelope.ts';
export { exportMachine, type ExportOptions } from './exports.ts';
export { type Finding, findingsOf } from './findings.ts';
export { type DiskOnHost, disksOnHost, type HostPath, hostPaths } from './host-paths.ts';
export { awaitJob, finishJob, type JobWatch, succeeded } from './jobs.ts';
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
export type { RestOptions } from './rest/connection.ts';
export { RestError } from './rest/error.ts';
export type { Figures, RestEvent, StreamOptions } from './rest/events.ts';
export type * as Rest from './rest/generated/operations.ts';
export type { ClassName, ObjectOf, Settings } from './schema.ts';
export { instanceText, settingsText } from './settings-text.ts';
export { wqlText } from './texts.ts';
export {
  type Checkpoint,
  type CreateOptions,
  REQUESTS,
  type VirtualMachine,
  VirtualMachines,
} from './virtual-machines.ts';
