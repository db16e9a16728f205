import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Argument } from '../../src/client/envelope.ts';
import { isReference, listOf, numberOf, type Reference, textOf, type WireObject } from '../../src/client/object.ts';
import { instanceText, type SettingInput } from '../../src/client/settings-text.ts';
import { SERVICE, type WireHost } from './wire-host.ts';

/** Export, import, validate, fix and realize as the Pvm sample, os-win and ExHyperV do it, over the wire. */
export class PlanSteps {
  readonly host: WireHost;

  constructor(host: WireHost) {
    this.host = host;
  }

  /** A folder below `C:\`: its Windows path and its Linux one. */
  folder(name: string): { readonly windows: string; readonly linux: string } {
    return { windows: `C:\\out\\${name}`, linux: join(this.host.service.dataDirectory, 'drives/c/out', name) };
  }

  async export(id: string, name: string, settings: Readonly<Record<string, SettingInput>> = {}): Promise<string> {
    const { windows } = this.folder(name);
    await this.host.call('ExportSystemDefinition', {
      ComputerSystem: this.host.system(id),
      ExportDirectory: windows,
      ExportSettingData: instanceText('Msvm_VirtualSystemExportSettingData', settings),
    });
    return `${windows}\\Virtual Machines\\${id}.vmcx`;
  }

  /** ImportedSystem; a refusal fails the test with its reason. */
  async import(file: string, newIdentifiers: boolean, snapshotFolder: string | null = null): Promise<Reference> {
    const { out } = await this.host.call('ImportSystemDefinition', {
      SystemDefinitionFile: file,
      SnapshotFolder: snapshotFolder ?? '',
      GenerateNewSystemIdentifier: newIdentifiers,
    });
    const plan = out['ImportedSystem'];
    assert.ok(isReference(plan));
    assert.equal(plan.selectors['CreationClassName'], 'Msvm_PlannedComputerSystem');
    return plan;
  }

  async importSnapshots(plan: Reference, folder: string): Promise<readonly Reference[]> {
    const { out } = await this.host.call('ImportSnapshotDefinitions', { PlannedSystem: plan, SnapshotFolder: folder });
    return listOf(out['ImportedSnapshots']).filter((each): each is Reference => isReference(each));
  }

  /** The number that the method answers. */
  async refused(method: string, args: Readonly<Record<string, Argument>>): Promise<number> {
    const { returnValue, refusal } = await this.host.client.invoke(SERVICE, method, args);
    assert.notEqual(textOf(refusal?.properties['Message']), null, `${method} says why`);
    return returnValue;
  }

  /** The ended job of ValidatePlannedSystem or RealizePlannedSystem, and the reference to it. */
  async job(method: string, plan: Reference): Promise<{ readonly reference: Reference; readonly job: WireObject }> {
    const { returnValue, out } = await this.host.client.invoke(SERVICE, method, { PlannedSystem: plan });
    assert.equal(returnValue, 4096, method);
    const reference = out['Job'];
    assert.ok(isReference(reference));
    if (method === 'RealizePlannedSystem') assert.equal(out['ResultingSystem'] ?? null, null);
    return { reference, job: await this.host.client.waitForJob(reference) };
  }

  /** State of the job and what GetErrorEx says, by MessageID. */
  async validate(plan: Reference): Promise<{ readonly state: number; readonly findings: ReadonlyMap<string, string> }> {
    const { reference, job } = await this.job('ValidatePlannedSystem', plan);
    return { state: numberOf(job.properties['JobState']), findings: await this.findings(reference) };
  }

  /** Texts of Msvm_Error by MessageID. */
  async findings(job: Reference): Promise<ReadonlyMap<string, string>> {
    const { returnValue, out } = await this.host.client.invoke(job, 'GetErrorEx');
    assert.equal(returnValue, 0);
    const texts = listOf(out['Errors']).filter((each): each is string => typeof each === 'string');
    return new Map(texts.map((text) => [/NAME="MessageID"[^>]*><VALUE>(\d+)</.exec(text)?.[1] ?? '', text]));
  }

  /** The machine that the job of realizing has made: the first that GetRelated finds. */
  async realize(plan: Reference): Promise<string> {
    const { reference, job } = await this.job('RealizePlannedSystem', plan);
    assert.equal(numberOf(job.properties['JobState']), 7, textOf(job.properties['ErrorDescription']) ?? '');
    assert.equal(numberOf(job.properties['ErrorCode']), 0);
    const id = reference.selectors['InstanceID'] ?? '';
    const machine = await this.host.row(
      `ASSOCIATORS OF {Msvm_ConcreteJob.InstanceID="${id}"} WHERE AssocClass = Msvm_AffectedJobElement ResultClass = Msvm_ComputerSystem`,
    );
    return textOf(machine.properties['Name']) ?? '';
  }

  /** Realizing is refused by the job; the plan is still there. */
  async cannotRealize(plan: Reference): Promise<ReadonlyMap<string, string>> {
    const { reference, job } = await this.job('RealizePlannedSystem', plan);
    assert.deepEqual([numberOf(job.properties['JobState']), numberOf(job.properties['ErrorCode'])], [10, 32768]);
    await this.host.client.get(plan);
    return this.findings(reference);
  }

  /** Settings of a plan by an association, as the sample finds them. */
  async related(plan: Reference, association: string, resultClass: string): Promise<WireObject[]> {
    const path = `Msvm_PlannedComputerSystem.CreationClassName="Msvm_PlannedComputerSystem",Name="${plan.selectors['Name']}"`;
    return this.host.rows(`ASSOCIATORS OF {${path}} WHERE AssocClass = ${association} ResultClass = ${resultClass}`);
  }

  async settingsOf(plan: Reference): Promise<WireObject> {
    const [found, ...more] = await this.related(plan, 'Msvm_SettingsDefineState', 'Msvm_VirtualSystemSettingData');
    assert.equal(more.length, 0);
    return found ?? assert.fail('settings of the plan');
  }

  /** Devices below a VSSD. */
  async devices(settings: WireObject, resultClass: string): Promise<WireObject[]> {
    const id = (textOf(settings.properties['InstanceID']) ?? '').replaceAll('\\', '\\\\');
    return this.host.rows(
      `ASSOCIATORS OF {Msvm_VirtualSystemSettingData.InstanceID="${id}"} WHERE AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass = ${resultClass}`,
    );
  }

  modify(className: string, instanceId: string, values: Readonly<Record<string, SettingInput>>): Promise<unknown> {
    return this.host.call('ModifyResourceSettings', {
      ResourceSettings: [instanceText(className, { InstanceID: instanceId, ...values })],
    });
  }

  /** Does a query find the class's object of that name? */
  async has(className: string, id: string): Promise<boolean> {
    return (await this.host.rows(`SELECT * FROM ${className} WHERE Name = '${id}'`)).length === 1;
  }

  async destroy(plan: Reference): Promise<void> {
    const { returnValue } = await this.host.call('DestroySystem', { AffectedSystem: plan });
    assert.equal(returnValue, 0);
  }
}
