import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { printEmbedded } from '../../src/cim/embedded/print-embedded.ts';
import { CimInstance } from '../../src/cim/instance.ts';
import { type KeyValue, ObjectPath } from '../../src/cim/object-path.ts';
import type {
  AssociationFilter,
  CimBroker,
  CimOperation,
  InstanceResult,
  MethodResult,
  OperationKind,
  OperationResults,
} from '../../src/cim/operations.ts';
import { formatPath } from '../../src/cim/path/format-path.ts';
import { loadRepository } from '../../src/cim/repository/load.ts';
import type { CimClass, SchemaNamespace } from '../../src/cim/schema.ts';
import type { CimScalar, CimValue, CimValues } from '../../src/cim/values.ts';
import type { WsmanClient } from '../../src/client/client.ts';
import type { Argument, ArgumentScalar } from '../../src/client/envelope.ts';
import {
  isReference,
  listOf,
  type Reference,
  textOf,
  type WireObject,
  type WireScalar,
} from '../../src/client/object.ts';
import { resourceUri } from '../../src/client/uris.ts';
import { HyperVClient } from './hyperv-client.ts';
import type { HyperVWorld } from './hyperv-world.ts';
import { Service } from './service.ts';
import { cimTime, type HypervisorName } from './wire-host.ts';

/** What a sequence of a client needs; it runs at a broker or over the wire. */
export type ClientWorld = Pick<HyperVWorld, 'broker' | 'client' | 'print' | 'disk' | 'folder' | 'until'> &
  AsyncDisposable;

type ValueType = Pick<CimClass['properties'][number], 'type' | 'array'>;

/** A broker whose operations go over WS-Management: GetRelated is `ASSOCIATORS OF`, as .NET's System.Management sends it. */
class WireBroker {
  readonly repository = loadRepository();
  readonly hostName: string;
  readonly #service: Service;
  readonly #clients = new Map<string, WsmanClient<string>>();

  constructor(service: Service, hostName: string) {
    this.#service = service;
    this.hostName = hostName;
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  async execute(_context: unknown, operation: CimOperation): Promise<OperationResults[OperationKind]> {
    const schema = this.repository.namespace(operation.namespace) ?? assert.fail(operation.namespace);
    switch (operation.kind) {
      case 'getInstance':
        return this.#instance(schema, await this.#client(schema).get(reference(schema, operation.path)));
      case 'execQuery':
        return this.#query(schema, operation.query);
      case 'associators':
        return this.#query(schema, this.#of('ASSOCIATORS', schema, operation.source, operation.filter));
      case 'references':
        return this.#query(schema, this.#of('REFERENCES', schema, operation.source, operation.filter));
      case 'invokeMethod':
        return this.#invoke(schema, operation);
      default:
        throw new Error(`no client of this kind sends ${operation.kind}`);
    }
  }

  #client({ name }: SchemaNamespace): WsmanClient<string> {
    const known = this.#clients.get(name) ?? this.#service.client(name, { preciseArrays: true });
    this.#clients.set(name, known);
    return known;
  }

  #of(verb: string, schema: SchemaNamespace, source: ObjectPath, filter: AssociationFilter): string {
    const words = [
      ['AssocClass', filter.associationClass],
      ['ResultClass', filter.resultClass],
      ['Role', filter.role],
      ['ResultRole', filter.resultRole],
    ].flatMap(([word, value]) => (value === null ? [] : [`${word} = ${value}`]));
    const path = formatPath(source, { host: this.hostName, namespace: schema.name });
    return `${verb} OF {${path}}${words.length === 0 ? '' : ` WHERE ${words.join(' ')}`}`;
  }

  async #query(schema: SchemaNamespace, query: string): Promise<InstanceResult> {
    const rows = await Array.fromAsync(this.#client(schema).query(query));
    const from = /\sfrom\s+(\w+)/i.exec(query)?.[1];
    return { columns: null, items: rows.map((row) => this.#instance(schema, row, from)) };
  }

  async #invoke(
    schema: SchemaNamespace,
    { path, method, args }: Extract<CimOperation, { kind: 'invokeMethod' }>,
  ): Promise<MethodResult> {
    const declared = schema.class(path.className)?.method(method) ?? assert.fail(method);
    const given = Object.entries(args).map(([name, value]) => [name, argument(schema, value)] as const);
    const target = reference(schema, path);
    const result = await this.#client(schema).invoke(target, declared.name, Object.fromEntries(given));
    const out: CimValues = {};
    for (const parameter of declared.parameters)
      if (result.out[parameter.name] !== undefined)
        out[parameter.name] = this.#value(schema, parameter, listOf(result.out[parameter.name]));
    const { refusal } = result;
    return {
      returnValue: result.returnValue,
      out,
      ...(refusal === null ? {} : { extended: this.#instance(schema, refusal) }),
    };
  }

  /** Items of a query that names properties come without their class: `from` tells it. */
  #instance(schema: SchemaNamespace, object: WireObject, from?: string): CimInstance {
    const cimClass = schema.class(object.className) ?? schema.class(from ?? '') ?? assert.fail(object.className);
    const values: CimValues = {};
    for (const property of cimClass.properties) {
      const told = object.properties[property.name];
      // Arrays are told precisely: one that is left out of a whole object is empty.
      if (told === undefined) values[property.name] = property.array && object.className === cimClass.name ? [] : null;
      else if (told !== null) values[property.name] = this.#value(schema, property, listOf(told));
    }
    return new CimInstance(cimClass, values);
  }

  #value(schema: SchemaNamespace, type: ValueType, items: readonly WireScalar[]): CimValue {
    const [packed] = items;
    // K5: bytes come as one base64 text.
    if (
      type.array &&
      type.type === 'uint8' &&
      items.length === 1 &&
      typeof packed === 'string' &&
      !/^\d{1,3}$/.test(packed)
    )
      return [...Buffer.from(packed, 'base64')];
    const values = items.filter((item) => item !== null).map((item) => this.#scalar(schema, type, item));
    return type.array ? values : (values[0] ?? null);
  }

  #scalar(schema: SchemaNamespace, { type }: ValueType, item: Exclude<WireScalar, null>): CimScalar {
    if (typeof item !== 'string') return isReference(item) ? pathOf(item) : this.#instance(schema, item);
    if (type === 'boolean') return item === 'true';
    if (type === 'datetime') return cimTime(item);
    if (type.endsWith('int64')) return BigInt(item);
    return /^(?:[us]int|real)/.test(type) ? Number(item) : item;
  }
}

const reference = (schema: SchemaNamespace, path: ObjectPath): Reference => ({
  resourceUri: resourceUri(schema.name, path.className),
  selectors: Object.fromEntries([...(path.keys ?? [])].map(([name, value]) => [name, String(value)])),
});

const pathOf = ({ resourceUri: uri, selectors }: Reference): ObjectPath => {
  const keys = Object.entries(selectors).filter(([name]) => !name.startsWith('__'));
  const [namespace, className = ''] = [uri.replace(/^.*\/wmi\//, ''), uri.slice(uri.lastIndexOf('/') + 1)];
  const folder = namespace.slice(0, namespace.lastIndexOf('/')).replaceAll('/', '\\');
  return ObjectPath.of(className, Object.fromEntries<KeyValue>(keys), folder);
};

const argument = (schema: SchemaNamespace, value: CimValue): Argument => {
  const one = (item: CimScalar | null): ArgumentScalar => {
    if (item instanceof ObjectPath) return reference(schema, item);
    return item instanceof CimInstance ? printEmbedded(item) : item;
  };
  return Array.isArray(value) ? (value as readonly (CimScalar | null)[]).map(one) : one(value as CimScalar | null);
};

/** The service in a process of its own; its client speaks WS-Management over HTTP. */
export const openWireWorld = async (hypervisor: HypervisorName = 'simulated'): Promise<ClientWorld> => {
  const service = await Service.start({ hypervisor });
  const cimv2 = service.client('root\\cimv2');
  const hostName = textOf((await cimv2.first('SELECT * FROM Win32_ComputerSystem'))?.properties['Name']);
  cimv2.close();
  const wire = new WireBroker(service, hostName ?? assert.fail('a name'));
  const broker = wire as unknown as CimBroker;
  const inside = async (folder: string): Promise<string> => {
    await mkdir(join(service.dataDirectory, folder), { recursive: true });
    return join(service.dataDirectory, folder);
  };
  return {
    broker,
    client: new HyperVClient(broker),
    print: printEmbedded,
    folder: inside,
    disk: async (name) => {
      const file = join(await inside('disks'), name);
      await writeFile(file, Buffer.alloc(4096));
      return file;
    },
    until: async (holds) => {
      while (!(await holds())) await sleep(20);
    },
    [Symbol.asyncDispose]: async () => {
      wire.close();
      await service[Symbol.asyncDispose]();
    },
  };
};
