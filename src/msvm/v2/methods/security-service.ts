import type { CimInstance } from '../../../cim/instance.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Guid } from '../../../core/model.ts';
import type { AffectedElement } from '../../../core/jobs/job.ts';
import type { Arguments } from './arguments.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import { refused } from './refused.ts';
import { resourceInputs, targetOf } from './resource-input.ts';
import { dmtfReturnValues, msvmReturnValues, type ReturnValues } from './return-values.ts';
import type { MethodServices } from './services.ts';

const SETTING = 'Msvm_SecuritySettingData';
const POLICY =
  'Shielding needs a host guardian service, which this service does not speak to. Turn the TPM on by ModifySecuritySettings.';

/** The settings have DMTF's numbers (schema). */
export const SECURITY_RETURN_VALUES: Readonly<Record<string, ReturnValues>> = {
  ModifySecuritySettings: dmtfReturnValues,
  SetKeyProtector: msvmReturnValues,
  GetKeyProtector: msvmReturnValues,
  RestoreLastKnownGoodKeyProtector: msvmReturnValues,
  SetSecurityPolicy: msvmReturnValues,
  RequestStateChange: msvmReturnValues,
  StartService: msvmReturnValues,
  StopService: msvmReturnValues,
};

/** Msvm_SecurityService (other-services §9): the TPM by the security settings; the key protector is kept as it is given. */
export const securityServiceMethods = (services: MethodServices): MethodRows => {
  const { auxiliary, operations, references, texts, graph } = services;
  const settingOf = (args: Arguments): { readonly instance: CimInstance; readonly system: Guid } => {
    const instance = texts.read('SecuritySettingData', args.requiredText('SecuritySettingData'), SETTING);
    const target = targetOf(references, instance, 0);
    const place = graph.configuration(target.configuration);
    const setting = place?.configuration.devices.find(({ part }) => part === target.part);
    if (place === undefined || place.snapshot !== null || setting?.kind !== 'security')
      throw new DomainError('invalidParameter', 'SecuritySettingData names no security settings of a virtual machine.');
    return { instance, system: place.system.id };
  };
  const affected = (id: Guid): readonly AffectedElement[] => [{ element: { kind: 'system', id }, effect: 0 }];
  const row = (run: (call: MethodCall) => Promise<Guid>): MethodRow => ({
    right: 'administer',
    jobType: 31,
    out: [],
    run: async (call) => done({}, affected(await run(call))),
  });
  return {
    ModifySecuritySettings: row(async ({ request, args }) => {
      const { instance, system } = settingOf(args);
      const target = targetOf(references, instance, 0);
      await operations.modifyResources(
        request,
        resourceInputs(references, [instance]).map((input) => ({ ...input, target })),
      );
      return system;
    }),
    SetKeyProtector: row(async ({ request, args }) => {
      const { system } = settingOf(args);
      await auxiliary.setKeyProtector(request, system, Uint8Array.from(args.integers('KeyProtector')));
      return system;
    }),
    GetKeyProtector: {
      // What unlocks a machine's secrets is nobody's to read but an administrator's.
      right: 'administer',
      jobType: null,
      out: ['KeyProtector'],
      run: async ({ args }) => {
        const held = graph.system(settingOf(args).system)?.extras?.keyProtector;
        return done({ KeyProtector: held === undefined ? [] : [...Buffer.from(held, 'base64')] });
      },
    },
    RestoreLastKnownGoodKeyProtector: row(async ({ request, args }) => {
      const { system } = settingOf(args);
      await auxiliary.restoreKeyProtector(request, system);
      return system;
    }),
    SetSecurityPolicy: refused(POLICY, 0),
    ...serviceControlMethods(),
  };
};
