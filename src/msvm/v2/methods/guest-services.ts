import type { MethodRows } from './method.ts';
import { refused } from './refused.ts';
import { modifySettingsMethod } from './resources.ts';
import type { MethodServices } from './services.ts';

const GUEST_SERVICE = 'Msvm_GuestServiceInterfaceComponentSettingData';

const FIXED =
  'The guest services of a virtual machine are fixed; none can be added or removed. Enable or disable the guest service interface with ModifyGuestServiceSettings.';

/** Guest services (management-service §1, rows 28-30): only the guest service interface can be changed. */
export const guestServiceMethods = (services: MethodServices): MethodRows => ({
  AddGuestServiceSettings: refused(FIXED, 30, ['ResultingGuestServiceSettings']),
  ModifyGuestServiceSettings: modifySettingsMethod(
    services,
    'GuestServiceSettings',
    'ResultingGuestServiceSettings',
    'CIM_SettingData',
    (className) =>
      className === GUEST_SERVICE
        ? null
        : `ModifyGuestServiceSettings changes ${GUEST_SERVICE} only. Use ModifyResourceSettings for a ${className}.`,
  ),
  RemoveGuestServiceSettings: refused(FIXED, 32),
});
