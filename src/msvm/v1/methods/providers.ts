import type { MethodProvider } from '../../../cim/provider.ts';
import type { V1View } from '../../register.ts';
import { MOUNTED_IMAGE } from '../../v2/images/mounted-image.ts';
import { detachReturnValues, mountedImageMethods } from '../../v2/methods/mounting.ts';
import { ClassCheckedReferences } from '../../v2/methods/class-checked-references.ts';
import { computerSystemMethods } from '../../v2/methods/computer-system.ts';
import { methodProvider } from '../../v2/methods/frame.ts';
import { keyboardMethods } from '../../v2/methods/keyboard.ts';
import type { MethodRows } from '../../v2/methods/method.ts';
import { ps2MouseMethods, syntheticMouseMethods } from '../../v2/methods/mouse.ts';
import { frameServices, jobMethodProviders, type MethodOptions } from '../../v2/methods/providers.ts';
import { type ReturnValues, shutdownReturnValues, v1ReturnValues } from '../../v2/methods/return-values.ts';
import { SERVICE_CLASS } from '../../v2/methods/service-settings.ts';
import { SettingTexts } from '../../v2/methods/setting-texts.ts';
import { shutdownComponentMethods } from '../../v2/methods/shutdown-component.ts';
import { IMAGE_SERVICE, V1_SWITCH_SERVICE } from '../../v2/services/services.ts';
import { requestOf } from '../power-state.ts';
import { v1ImageServiceMethods } from './image-service.ts';
import { v1ManagementServiceMethods } from './management-service.ts';
import { FreePorts } from './free-ports.ts';
import { NetworkInputs } from './network-inputs.ts';
import { V1References } from './references.ts';
import { virtualSwitchMethods } from './switches.ts';

/** Method providers of root\virtualization over the same core. `options` are those of root\virtualization\v2. */
export const v1MethodProviders = (options: MethodOptions, view: V1View): readonly MethodProvider[] => {
  const { projection: home, catalog, ports } = view;
  const references = new V1References(new ClassCheckedReferences(options.references, options.projection, home), home);
  const services: MethodOptions = {
    ...options,
    references,
    texts: new SettingTexts(home.namespace),
    summaries: view.summaries,
  };
  const frame = frameServices(services, home);
  const inputs = new NetworkInputs({
    v2: options.projection,
    catalog,
    references,
    ports: new FreePorts(ports, options.operations),
  });
  /** The rows that the class of v1 declares. */
  const provide = (className: string, rows: MethodRows, codes: ReturnValues = v1ReturnValues): MethodProvider => {
    const declared = Object.entries(rows).filter(([name]) => home.class(className).method(name) !== undefined);
    return methodProvider(frame, home.namespace.name, className, Object.fromEntries(declared), codes);
  };
  return [
    provide(SERVICE_CLASS, v1ManagementServiceMethods(services, home, inputs, catalog)),
    provide(IMAGE_SERVICE, v1ImageServiceMethods(services, home)),
    provide(V1_SWITCH_SERVICE, virtualSwitchMethods({ services, home, catalog, ports, inputs })),
    provide('Msvm_ComputerSystem', computerSystemMethods(options.graph, options.operations, requestOf)),
    provide('Msvm_ShutdownComponent', shutdownComponentMethods(options.operations), shutdownReturnValues),
    provide('Msvm_Keyboard', keyboardMethods(options.graph)),
    provide('Msvm_SyntheticMouse', syntheticMouseMethods(options.graph)),
    provide(MOUNTED_IMAGE, mountedImageMethods(services, catalog, 'Unmount'), detachReturnValues),
    provide('Msvm_Ps2Mouse', ps2MouseMethods(options.graph)),
    ...jobMethodProviders(services, frame, home),
  ];
};
