import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';

const CLASS = 'Msvm_ComputerSystem';

interface Run {
  readonly out: string;
  readonly error: string;
}

/** Debian's sblim-wbemcli, a CIM-XML client that is not ours, against the service as users run it. */
describe('wbemcli (wire-cimxml §9)', () => {
  let service: Service;
  let base = '';
  let secure = '';
  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    const login = (url: string, user = 'admin', password = service.password) =>
      url.replace('://', `://${user}:${password}@`);
    base = `${login(service.endpoints.cimxml)}/root/virtualization/v2:`;
    secure = `${login(service.endpoints.cimxmls)}/root/virtualization/v2:`;
  });
  after(() => service[Symbol.asyncDispose]());

  /** It exits with 0 whatever happened, and with a signal when it cannot read a reply. */
  const wbemcli = (...args: readonly string[]): Promise<Run> =>
    new Promise((resolve, reject) => {
      execFile('wbemcli', [...args], { maxBuffer: 64 << 20 }, (failure, out, error) => {
        if (failure?.signal) reject(new Error(`wbemcli ended by ${failure.signal}: ${args.join(' ')}`));
        else resolve({ out, error });
      });
    });
  const lines = async (...args: readonly string[]): Promise<string[]> => {
    const { out, error } = await wbemcli(...args);
    assert.equal(error, '', args.join(' '));
    return out.split('\n').filter((line) => line !== '');
  };
  const refusal = async (...args: readonly string[]): Promise<string> =>
    /\((\d+)\) (CIM_ERR_\w+)/.exec((await wbemcli(...args)).error)?.[2] ?? assert.fail(args.join(' '));
  /** What it prints of an object is what it takes as an object. */
  const asTarget = (printed: string): string => base.slice(0, base.indexOf('@') + 1) + printed;
  const serviceObject = async (): Promise<string> =>
    asTarget((await lines('ein', `${base}Msvm_VirtualSystemManagementService`))[0] ?? '');
  const machine = async (name: string): Promise<string> => {
    const found = (await lines('ei', base + CLASS, 'ElementName')).find((line) =>
      line.includes(`ElementName="${name}"`),
    );
    return asTarget(found?.slice(0, found.indexOf(' ')) ?? assert.fail(name));
  };

  /** The answer is 4096 and a job, which ends well. */
  const ended = async (answer: string, method: string): Promise<void> => {
    assert.match(answer, new RegExp(` ${method}: 4096, Job \\(reference\\): .*Msvm_ConcreteJob\\.InstanceID="`));
    const job = /Msvm_ConcreteJob\.InstanceID="([^"]+)"/.exec(answer)?.[1] ?? '';
    for (;;) {
      const state = (await lines('gi', `${base}Msvm_ConcreteJob.InstanceID="${job}"`, 'JobState')).join();
      if (state.includes('JobState=7')) return;
      assert.match(state, /JobState=[34]\b/);
    }
  };

  test('classes: ecn, ec, gc, gcd', async () => {
    const names = await lines('ecn', `${base}CIM_ComputerSystem`);
    assert.ok(names.some((line) => line.endsWith(`:${CLASS}`)));
    assert.ok((await lines('ecn', base)).some((line) => line.endsWith(':CIM_ManagedElement')));
    assert.match((await lines('ec', `${base}CIM_ComputerSystem`)).join('\n'), /EnabledState=/);
    assert.match((await lines('gc', base + CLASS)).join(), /OnTimeInMilliseconds=/);
    assert.match((await lines('gcd', base + CLASS)).join(), /RequestStateChange/);
  });

  test('cm DefineSystem, with settings in CIM-XML and in MOF', async () => {
    const target = await serviceObject();
    const xml =
      `&lt;INSTANCE CLASSNAME='Msvm_VirtualSystemSettingData'>&lt;PROPERTY NAME='ElementName' TYPE='string'>` +
      '&lt;VALUE>from-xml&lt;/VALUE>&lt;/PROPERTY>&lt;/INSTANCE>';
    const mof = 'instance of Msvm_VirtualSystemSettingData { ElementName = &quot;from-mof&quot;; };';
    for (const text of [xml, mof]) {
      const [answer] = await lines('cm', target, `DefineSystem.SystemSettings="${text}"`);
      assert.match(answer ?? '', / DefineSystem: 0, ResultingSystem \(reference\): /);
    }
    for (const name of ['from-xml', 'from-mof']) await machine(name);
  });

  test('gi, ei, gp of a machine; cm RequestStateChange with its job', async () => {
    const target = await machine('from-xml');
    const [answer] = await lines('cm', target, 'RequestStateChange.RequestedState=2');
    await ended(answer ?? '', 'RequestStateChange');
    assert.match((await lines('gi', target, 'EnabledState')).join(), /EnabledState=2/);
    assert.deepEqual(await lines('gp', target, 'ElementName'), ['from-xml']);
    const whole = await lines('-nl', 'ei', base + CLASS);
    assert.ok(whole.includes('-Description="Microsoft Virtual Machine"'));
    assert.ok(whole.includes('-OperationalStatus=2'));
  });

  test('associations: ain, ai, rin, ri with their filters', async () => {
    const target = await machine('from-xml');
    const [setting, ...more] = await lines('ain', '-ac', 'Msvm_SettingsDefineState', target);
    assert.match(setting ?? '', /Msvm_VirtualSystemSettingData\.InstanceID="Microsoft:/);
    assert.deepEqual(more, []);
    const [instance] = await lines(
      'ai',
      '-arc',
      'Msvm_VirtualSystemSettingData',
      '-arr',
      'SettingData',
      target,
      'ElementName',
    );
    assert.match(instance ?? '', /ElementName="from-xml"/);
    assert.equal((await lines('rin', '-arc', 'Msvm_SettingsDefineState', target)).length, 1);
    assert.equal((await lines('ri', '-arc', 'Msvm_SettingsDefineState', '-ar', 'ManagedElement', target)).length, 1);
    assert.deepEqual(await lines('rin', '-arc', 'Msvm_SettingsDefineState', '-ar', 'SettingData', target), []);
  });

  test('refusals arrive under their names', async () => {
    const target = await machine('from-mof');
    assert.equal(await refusal('gi', `${base}${CLASS}.CreationClassName="${CLASS}",Name="gone"`), 'CIM_ERR_NOT_FOUND');
    assert.equal(await refusal('ein', `${base}X_Bogus`), 'CIM_ERR_INVALID_CLASS');
    assert.equal(await refusal('ecn', base.replace('virtualization/v2', 'bogus')), 'CIM_ERR_INVALID_NAMESPACE');
    assert.equal(await refusal('cm', target, 'Bogus'), 'CIM_ERR_METHOD_NOT_FOUND');
    assert.equal(await refusal('di', target), 'CIM_ERR_NOT_SUPPORTED');
    assert.equal(await refusal('dc', base + CLASS), 'CIM_ERR_NOT_SUPPORTED');
    const stranger = base.replace(service.password, 'wrong');
    assert.match((await wbemcli('ein', stranger + CLASS)).error, /Invalid username\/password/);
  });

  test('X-040: discovery through root/interop', async () => {
    const interop = base.replace('root/virtualization/v2', 'root/interop');
    const namespaces = await lines('ei', `${interop}CIM_Namespace`, 'Name');
    const names = namespaces.map((line) => / Name="([^"]+)"/.exec(line)?.[1]).toSorted();
    assert.deepEqual(names, [
      'root/HyperVCluster/v2',
      'root/cimv2',
      'root/interop',
      'root/virtualization',
      'root/virtualization/v2',
    ]);
    const [manager, ...others] = await lines('ein', `${interop}CIM_ObjectManager`);
    assert.deepEqual(others, []);
    assert.equal((await lines('ain', '-arc', 'CIM_Namespace', asTarget(manager ?? ''))).length, names.length);
    for (const name of names)
      assert.ok((await lines('ecn', base.replace('root/virtualization/v2', name ?? ''))).length > 5, name);
    const profiles = await lines('ei', `${interop}CIM_RegisteredProfile`, 'RegisteredName');
    assert.deepEqual(
      profiles.map((line) => / RegisteredName="([^"]+)"/.exec(line)?.[1]),
      ['System Virtualization', 'Virtual System'],
    );
    const [, virtualSystem] = await lines('ein', `${interop}CIM_RegisteredProfile`);
    const conforming = await lines('ain', '-ac', 'CIM_ElementConformsToProfile', asTarget(virtualSystem ?? ''));
    assert.ok(conforming.length >= 2 && conforming.every((line) => line.includes(`/root/virtualization/v2:${CLASS}.`)));
    assert.equal((await lines('ain', '-ac', 'CIM_ReferencedProfile', asTarget(virtualSystem ?? ''))).length, 1);
  });

  test('HTTPS', async () => {
    assert.ok((await lines('-noverify', 'ein', secure + CLASS)).length >= 3);
  });

  test('cm DestroySystem ends it', async () => {
    const target = await machine('from-mof');
    const printed = target.slice(target.indexOf('@') + 1);
    const [answer] = await lines('cm', await serviceObject(), `DestroySystem.AffectedSystem=${printed}`);
    await ended(answer ?? '', 'DestroySystem');
    assert.equal(await refusal('gi', target), 'CIM_ERR_NOT_FOUND');
  });
});
