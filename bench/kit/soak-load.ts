import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WsmanClient } from '../../src/client/client.ts';
import { settingsText } from '../../src/client/settings-text.ts';
import { VirtualMachines } from '../../src/client/virtual-machines.ts';
import { REQUESTS } from '../../src/client/machine.ts';
import { className, instanceName, localInstancePath, value } from '../../test/cimxml/kit/messages.ts';
import { outputs } from '../../test/cimxml/kit/reply.ts';
import { CimxmlClient, V2 } from '../../test/kit/cimxml-client.ts';
import type { Service } from '../../test/kit/service.ts';
import { Rest } from '../../test/rest/kit.ts';

const SERVICE = { className: 'Msvm_VirtualSystemManagementService' };

/** What one moment of a soak looked like. */
export interface Sample {
  readonly residentMb: number;
  readonly descriptors: number;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  /** Milliseconds of each query for one machine and each change of its notes, in order. */
  readonly latencies: readonly number[];
  /** Calls that change something, and ends of sessions: each has its line in the audit trail. */
  readonly changes: number;
}

const sampleOf = (pid: number): Sample => ({
  residentMb: Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
  descriptors: readdirSync(`/proc/${pid}/fd`).length,
});

/**
 * Work without end for a while: clients that read, change, start, stop, define and destroy, subscribers that read their
 * events and others that never do, the same of REST, a client of CIM-XML, one of REST with a session, log-ins that fail.
 */
export class SoakLoad {
  readonly #service: Service;
  readonly #latencies: number[] = [];
  #changes = 0;
  #ends = 0;

  constructor(service: Service) {
    this.#service = service;
  }

  async run(options: {
    readonly seconds: number;
    readonly systems: number;
    readonly clients: number;
  }): Promise<SoakResult> {
    const first = this.#service.client();
    for (let i = 0; i < options.systems; i += 1) await this.#define(first, `soak ${i}`);
    const machines = [...(await new VirtualMachines(first).list())];
    first.close();
    const stop = new AbortController();
    const watchers = [
      this.#subscribe(stop.signal, true),
      this.#subscribe(stop.signal, false),
      this.#stream(stop.signal, true),
      this.#stream(stop.signal, false),
    ];
    this.#ends = performance.now() + options.seconds * 1000;
    const samples: Sample[] = [];
    const sampling = (async () => {
      while (performance.now() < this.#ends) {
        await sleep(Math.max(250, (options.seconds * 1000) / 300));
        samples.push(sampleOf(this.#service.pid));
      }
    })();
    const share = Math.ceil(machines.length / options.clients);
    const clients = Array.from({ length: options.clients }, (_, index) =>
      this.#client(
        index,
        machines.slice(index * share, (index + 1) * share).map(({ id }) => id),
      ),
    );
    await Promise.all([...clients, sampling, this.#guess(), this.#overCimxml(), this.#overRest()]);
    stop.abort();
    await Promise.all(watchers);
    return { samples, latencies: this.#latencies, changes: this.#changes };
  }

  async #client(index: number, own: readonly string[]): Promise<void> {
    const wire = this.#service.client();
    const all = new VirtualMachines(wire);
    for (let round = 0; performance.now() < this.#ends; round += 1) {
      const id = own[round % own.length] ?? '';
      await this.#timed(() => wire.first(`SELECT * FROM Msvm_ComputerSystem WHERE Name = '${id}'`));
      await this.#timed(() => this.#modify(wire, id, round));
      if (round % 3 === 0) {
        await this.#change(() => all.request(id, REQUESTS.start));
        await this.#change(() => all.request(id, REQUESTS.stop));
      }
      if (round % 5 === 0) {
        const name = `short ${index} ${round}`;
        await this.#define(wire, name);
        const found = (await all.list()).find((machine) => machine.name === name);
        if (found !== undefined) await this.#change(() => all.delete(found.id));
      }
    }
    wire.close();
  }

  #define(wire: WsmanClient, name: string): Promise<unknown> {
    const text = settingsText('Msvm_VirtualSystemSettingData', { ElementName: name });
    return this.#change(() => wire.run(SERVICE, 'DefineSystem', { SystemSettings: text }));
  }

  #modify(wire: WsmanClient, id: string, round: number): Promise<unknown> {
    const text = settingsText('Msvm_VirtualSystemSettingData', {
      InstanceID: `Microsoft:${id}`,
      Notes: [`round ${round}`],
    });
    return this.#change(() => wire.run(SERVICE, 'ModifySystemSettings', { SystemSettings: text }));
  }

  async #subscribe(signal: AbortSignal, reads: boolean): Promise<void> {
    const wire = this.#service.client();
    const query = "SELECT * FROM __InstanceOperationEvent WITHIN 1 WHERE TargetInstance ISA 'Msvm_ComputerSystem'";
    const events = await this.#change(() => wire.subscribe(query, signal));
    try {
      if (reads) for await (const event of events) void event;
      else await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      wire.close();
    }
  }

  /** Machines that come, are read, enumerated in pieces that nobody fetches to the end, and go. */
  async #overCimxml(): Promise<void> {
    const client = new CimxmlClient(this.#service);
    for (let round = 0; performance.now() < this.#ends; round += 1) {
      const text = settingsText('Msvm_VirtualSystemSettingData', { ElementName: `cimxml ${round}` });
      const { reply } = await this.#change(() => client.run('DefineSystem', { SystemSettings: value(text) }));
      const name = /Name=([0-9A-F-]+)$/.exec(String(outputs(reply)['ResultingSystem']))?.[1] ?? '';
      const InstanceName = instanceName('Msvm_ComputerSystem', {
        CreationClassName: 'Msvm_ComputerSystem',
        Name: name,
      });
      await this.#timed(() => client.intrinsic('GetInstance', { InstanceName }));
      const opened = {
        ClassName: className('Msvm_ComputerSystem'),
        MaxObjectCount: value(10),
        OperationTimeout: value(1),
      };
      await client.intrinsic('OpenEnumerateInstances', opened);
      const AffectedSystem = `<VALUE.REFERENCE>${localInstancePath(V2, InstanceName)}</VALUE.REFERENCE>`;
      await this.#change(() => client.run('DestroySystem', { AffectedSystem }));
    }
    client.close();
  }

  /** Machines that come, are listed, read, changed, and go; by a session that is opened and closed again. */
  async #overRest(): Promise<void> {
    const rest = new Rest(this.#service);
    const user = { user: 'admin', password: this.#service.password };
    for (let round = 0; performance.now() < this.#ends; round += 1) {
      const entered = await rest.expect(201, '/session', { method: 'POST', as: null, body: user });
      const headers = {
        cookie: (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
        'x-csrf-token': entered.body.csrfToken as string,
      };
      const ask = (status: number, path: string, method = 'GET', body?: object) =>
        rest.expect(status, path, { method, as: null, headers, ...(body === undefined ? {} : { body }) });
      const made = await this.#change(() => ask(201, '/vms', 'POST', { name: `rest ${round}` }));
      const vm = `/vms/${made.body.id}`;
      await this.#timed(() => ask(200, vm));
      await this.#timed(() => ask(200, '/vms?limit=20'));
      await this.#change(() => ask(200, `${vm}/settings`, 'PATCH', { notes: `round ${round}` }));
      await this.#change(() => ask(204, vm, 'DELETE'));
      await this.#change(() => ask(204, '/session', 'DELETE'));
    }
  }

  /** Server-sent events, read to the end or not read at all: whoever does not is cut off by the service. */
  async #stream(signal: AbortSignal, reads: boolean): Promise<void> {
    const authorization = `Basic ${Buffer.from(`admin:${this.#service.password}`).toString('base64')}`;
    const answer = await fetch(`${this.#service.endpoints.http}/api/v1/events?figures=1`, {
      headers: { authorization },
      signal,
    });
    try {
      if (reads) for await (const piece of answer.body ?? []) void piece;
      else await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Somebody who guesses passwords is slowed down, and remembered in bounds. */
  async #guess(): Promise<void> {
    for (let attempt = 0; performance.now() < this.#ends; attempt += 1) {
      const wire = this.#service.client(undefined, { user: `guess${attempt % 50}`, password: String(attempt) });
      await wire.identify().catch(() => undefined);
      wire.close();
      await sleep(50);
    }
  }

  async #change<T>(work: () => Promise<T>): Promise<T> {
    const result = await work();
    this.#changes += 1;
    return result;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    this.#latencies.push(performance.now() - started);
    return result;
  }
}

/** Values of the two halves after the first fifth, in which caches fill and code warms up. */
export const halves = <T>(values: readonly T[]): readonly [readonly T[], readonly T[]] => {
  const warm = values.slice(Math.floor(values.length / 5));
  const middle = Math.floor(warm.length / 2);
  return [warm.slice(0, middle), warm.slice(middle)];
};

export const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
