import type * as Served from '../../../src/client/rest/generated/operations.ts';
import type * as Shown from './types.ts';

/** Does not compile where the service tells a shape, by its OpenAPI document, that is not the one which the console reads. */
type Fits<Told extends Read, Read> = [Told, Read];

export type Checked = [
  Fits<Served.Session, Shown.Session>,
  Fits<Served.Vm, Shown.Machine>,
  Fits<Served.FigureHistory, Shown.FigureHistory>,
  Fits<Served.Settings, Shown.Settings>,
  Fits<Served.Devices, Shown.Devices>,
  Fits<Served.NamedPath, Shown.NamedPath>,
  Fits<Served.Checkpoint, Shown.Checkpoint>,
  Fits<Served.ReferencePoint, Shown.ReferencePoint>,
  Fits<Served.JobDetails, Shown.Job>,
  Fits<Served.Plan, Shown.Plan>,
  Fits<Served.Finding, Shown.Finding>,
  Fits<Served.Image, Shown.Image>,
  Fits<Served.Switch, Shown.Switch>,
  Fits<Served.Host, Shown.Host>,
  Fits<Served.User, Shown.User>,
  Fits<Served.Token, Shown.Token>,
  Fits<Served.Upload, Shown.Upload>,
  Fits<Served.AuditRecord, Shown.AuditRecord>,
];
