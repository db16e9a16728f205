import { NotFoundError } from '../client/by-name.ts';
import type { JobWatch } from '../client/job.ts';
import { type ChangedRange, type ReferencePoint, ReferencePoints } from '../client/reference-points.ts';
import { VirtualMachines } from '../client/virtual-machines.ts';
import { sizeText } from './byte-size.ts';
import { watched } from './checkpoint.ts';
import { connect, type ConnectOptions } from './connect.ts';
import type { Listing } from './print/listing.ts';
import { printable } from './print/output.ts';
import { type ListFlags, printList } from './print/print-list.ts';
import { servicePath } from './service-path.ts';

/** `Taken 20261128150000.000000+000`: the minute. */
const takenText = (description: string): string => {
  const [, year, month, day, hour, minute] = /(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)\d\d\./.exec(description) ?? [];
  return year === undefined ? '' : `${year}-${month}-${day} ${hour}:${minute}`;
};

const POINTS: Listing<ReferencePoint> = {
  name: ({ id }) => id,
  columns: [
    { name: 'taken', text: ({ description }) => takenText(description) },
    { name: 'consistency', text: ({ consistency }) => consistency },
    { name: 'disks', text: ({ disks }) => String(disks.length) },
    { name: 'id', text: ({ id }) => id },
    { name: 'since', wide: true, text: ({ disks }) => disks.map(({ since }) => since).join(' ') },
  ],
};

const RANGES: Listing<ChangedRange> = {
  name: ({ offset }) => String(offset),
  columns: [
    { name: 'offset', text: ({ offset }) => String(offset) },
    { name: 'length', text: ({ length }) => String(length) },
    { name: 'size', wide: true, text: ({ length }) => sizeText(length) },
  ],
};

const withPoints = async (
  vm: string,
  options: ConnectOptions,
  title: (name: string) => string,
  work: (machine: string, points: ReferencePoints, machines: VirtualMachines, watch: JobWatch) => Promise<string>,
): Promise<void> => {
  const client = await connect(options);
  try {
    const machines = new VirtualMachines(client);
    const machine = await machines.find(vm);
    const said = await watched(title(printable(machine.name)), (watch) =>
      work(machine.id, new ReferencePoints(client), machines, watch),
    );
    console.log(said);
  } finally {
    client.close();
  }
};

/** vsms reference-point list VM */
export const listPoints = (vm: string, flags: ListFlags): Promise<void> =>
  printList(flags, POINTS, async (client) =>
    new ReferencePoints(client).list((await new VirtualMachines(client).find(vm)).id),
  );

/** vsms reference-point create VM: prints its id. */
export const createPoint = (vm: string, options: ConnectOptions & { readonly application?: boolean }): Promise<void> =>
  withPoints(
    vm,
    options,
    (name) => `Taking a reference point of ${name}`,
    async (machine, points, _, watch) =>
      (await points.create(machine, options.application === true ? 'application' : 'crash', watch)).id,
  );

/** vsms reference-point convert VM CHECKPOINT: prints its id. */
export const convertCheckpoint = (vm: string, checkpoint: string, options: ConnectOptions): Promise<void> =>
  withPoints(
    vm,
    options,
    (name) => `Making a reference point of ${name}`,
    async (machine, points, machines, watch) => {
      const { id } = await machines.findCheckpoint(machine, checkpoint);
      return (await points.convert(machine, id, watch)).id;
    },
  );

/** vsms reference-point delete VM POINT. @throws NotFoundError for one that is not there */
export const deletePoint = (vm: string, point: string, options: ConnectOptions): Promise<void> =>
  withPoints(
    vm,
    options,
    (name) => `Giving a reference point of ${name} up`,
    async (machine, points, _, watch) => {
      const found = (await points.list(machine)).find(({ id }) => id === point.toUpperCase());
      if (found === undefined) throw new NotFoundError(point, 'reference point');
      await points.delete(machine, found.id, watch);
      return `${found.id} is gone; disks are merged in the background.`;
    },
  );

/** vsms disk changes FILE --since ID */
export const listChanges = (file: string, flags: ListFlags & { readonly since: string }): Promise<void> =>
  printList(flags, RANGES, async (client) =>
    Array.fromAsync(new ReferencePoints(client).changes(servicePath(file, flags), flags.since)),
  );
