import assert from 'node:assert/strict';
import type { CimInstance } from '../../../src/cim/instance.ts';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { MethodResult } from '../../../src/cim/operations.ts';
import type { CimValues } from '../../../src/cim/values.ts';
import { V1 } from '../../../src/msvm/register.ts';
import { HyperVClient, pathOf, pathsOf, RASD, settingText } from '../../kit/hyperv-client.ts';
import type { HyperVWorld } from '../../kit/hyperv-world.ts';

export const GLOBAL = 'Msvm_VirtualSystemGlobalSettingData';
export const NIC = 'Msvm_SyntheticEthernetPortSettingData';
export const SWITCHES = 'Msvm_VirtualSwitchManagementService';

/** A client of v1: its words for what the samples of 2008 do. */
export class V1Client extends HyperVClient {
  constructor(world: HyperVWorld) {
    super(world.broker, V1);
  }

  async ok(method: string, args: CimValues, service?: string): Promise<MethodResult> {
    const result = await this.invoke(await this.service(service), method, args);
    assert.equal(result.returnValue, 0, `${method}: ${String(result.extended?.get('Message'))}`);
    return result;
  }

  async machine(name: string, resources: readonly string[] = []): Promise<ObjectPath> {
    const SystemSettingData = settingText(GLOBAL, { ElementName: name });
    const result = await this.ok('DefineVirtualSystem', { SystemSettingData, ResourceSettingData: [...resources] });
    assert.equal(result.out['Job'], null);
    return pathOf(result.out['DefinedSystem']);
  }

  async global(system: ObjectPath): Promise<CimInstance> {
    const [found] = await this.related(system, GLOBAL, 'Msvm_ElementSettingData');
    return found ?? assert.fail('global settings');
  }

  async added(TargetSystem: ObjectPath, ...texts: readonly string[]): Promise<readonly ObjectPath[]> {
    const result = await this.ok('AddVirtualSystemResources', { TargetSystem, ResourceSettingData: [...texts] });
    return pathsOf(result.out['NewResources']);
  }

  async controller(system: ObjectPath, subType: string): Promise<CimInstance> {
    const found = (await this.resources(system, RASD)).find((one) => one.get('ResourceSubType') === subType);
    return found ?? assert.fail(subType);
  }

  pathText(instance: CimInstance): string {
    return this.text(instance.path() ?? assert.fail());
  }

  async port(name: string, id: string | null = null): Promise<ObjectPath> {
    const [target] = await this.query('SELECT * FROM Msvm_VirtualSwitch');
    const result = await this.ok(
      'CreateSwitchPort',
      { VirtualSwitch: target?.path() ?? assert.fail(), Name: id, FriendlyName: name, ScopeOfResidence: '' },
      SWITCHES,
    );
    return pathOf(result.out['CreatedSwitchPort']);
  }
}

/** The path without its namespace: of the namespace that it is used in. */
export const anywhere = (path: ObjectPath): ObjectPath =>
  new ObjectPath(null, null, path.className, path.keys, path.singleton);

export const drive = (parent: string, slot: string): string =>
  settingText(RASD, {
    ResourceType: 22,
    ResourceSubType: 'Microsoft Synthetic Disk Drive',
    Parent: parent,
    Address: slot,
  });

export const image = (parent: string, file: string): string =>
  settingText(RASD, {
    ResourceType: 21,
    ResourceSubType: 'Microsoft Virtual Hard Disk',
    Parent: parent,
    Connection: [file],
  });

export const nic = (values: Parameters<typeof settingText>[1]): string =>
  settingText(NIC, { ResourceType: 10, ResourceSubType: 'Microsoft Synthetic Ethernet Port', ...values });
