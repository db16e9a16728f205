import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvokeResult } from '../../src/client/cim-client.ts';
import type { WsmanClient } from '../../src/client/client.ts';
import type { Argument } from '../../src/client/envelope.ts';
import { isReference, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import type { Service } from './service.ts';

export const V1 = 'root\\virtualization';

/** How a script of the seeds ended: what it would have written to its log. */
export interface SeedOutcome {
  readonly done: boolean;
  readonly returnValue: number;
  /** JobState of each poll. */
  readonly states: readonly number[];
  readonly errorCode: number | null;
  readonly errorDescription: string | null;
}

/** The steps of the v1 seeds' programs, over HTTP; each function is one of theirs, under its name. */
export class V1Client {
  readonly wire: WsmanClient<string>;

  constructor(service: Service) {
    this.wire = service.client<string>(V1);
  }

  /** `ExecQuery(...).ItemIndex(0)`. */
  async itemIndex0(query: string): Promise<WireObject> {
    return (await this.wire.first(query)) ?? assert.fail(query);
  }

  reference(object: WireObject, ...keys: readonly string[]): Reference {
    const selectors = Object.fromEntries(keys.map((name) => [name, textOf(object.properties[name]) ?? '']));
    return {
      resourceUri: `http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/${object.className}`,
      selectors,
    };
  }

  /** `select * from Msvm_VirtualSystemManagementService`, as both languages find the service. */
  async managementService(): Promise<Reference> {
    const found = await this.itemIndex0('select * from Msvm_VirtualSystemManagementService');
    return this.reference(found, 'CreationClassName', 'Name', 'SystemCreationClassName', 'SystemName');
  }

  /** GetComputerSystem of the script, GetTargetComputer of the C# program. */
  async computerSystem(name: string): Promise<Reference> {
    const found = await this.itemIndex0(`select * from Msvm_ComputerSystem where ElementName = '${name}'`);
    return this.reference(found, 'CreationClassName', 'Name');
  }

  /** `vm.Path_.Path`: the same machine as text. */
  pathText(system: Reference): string {
    return `\\\\.\\root\\virtualization:Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="${system.selectors['Name']}"`;
  }

  /** ExecMethod_ with the parameters by name, then WMIJobCompleted. */
  async execMethod(method: string, parameters: Readonly<Record<string, Argument>>): Promise<SeedOutcome> {
    const result = await this.wire.invoke(await this.managementService(), method, parameters);
    if (result.returnValue === 4096) return this.#jobCompleted(result);
    return {
      done: result.returnValue === 0,
      returnValue: result.returnValue,
      states: [],
      errorCode: null,
      errorDescription: textOf(result.refusal?.properties['Message']),
    };
  }

  /** Polls while the state is 3 or 4; anything but 7 after that is a failure. */
  async #jobCompleted(result: InvokeResult): Promise<SeedOutcome> {
    const path = result.out['Job'];
    assert.ok(isReference(path), 'a job');
    const states: number[] = [];
    for (;;) {
      const job = await this.wire.get(path);
      const state = numberOf(job.properties['JobState']);
      const percent = numberOf(job.properties['PercentComplete']);
      assert.ok(percent >= 0 && percent <= 100, `PercentComplete ${percent}`);
      states.push(state);
      if (state === 3 || state === 4) {
        await sleep(20);
        continue;
      }
      return {
        done: state === 7,
        returnValue: result.returnValue,
        states,
        errorCode: numberOf(job.properties['ErrorCode']),
        errorDescription: textOf(job.properties['ErrorDescription']),
      };
    }
  }
}
