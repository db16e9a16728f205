import { childrenOf, effectiveDevice, findDevice, samePart } from '../devices/effective.ts';
import { kindRow } from '../devices/kinds.ts';
import { BOOTABLE_KINDS } from '../devices/wiring.ts';
import type { Configuration, DeviceSetting, SettingValue, SettingValues, VirtualSystem } from '../model.ts';
import { sameValue } from '../settings-equal.ts';
import { NO_VALUES } from './record.ts';

/**
 * A configuration while an operation works on it. All rules are checked on the draft; only when all hold does it become a
 * configuration (management-service §0, atomicity). What it does not touch it shares with the original.
 */
export class ConfigurationDraft {
  readonly system: VirtualSystem;
  readonly original: Configuration;
  #devices: readonly DeviceSetting[];
  #bootSources: readonly string[];
  #values: SettingValues;

  constructor(system: VirtualSystem, original: Configuration) {
    this.system = system;
    this.original = original;
    this.#devices = original.devices;
    this.#bootSources = original.bootSources;
    this.#values = original.values;
  }

  get devices(): readonly DeviceSetting[] {
    return this.#devices;
  }

  get bootSources(): readonly string[] {
    return this.#bootSources;
  }

  get values(): SettingValues {
    return this.#values;
  }

  set values(values: SettingValues) {
    this.#values = values;
  }

  set bootSources(parts: readonly string[]) {
    this.#bootSources = parts;
  }

  find(part: string): DeviceSetting | undefined {
    return findDevice(this, part);
  }

  children(part: string): readonly DeviceSetting[] {
    return childrenOf(this, part);
  }

  count(kind: string): number {
    return this.#devices.reduce((sum, device) => (device.kind === kind ? sum + 1 : sum), 0);
  }

  /** A bootable device of generation 2 goes to the end of the boot order (object-model §9). */
  add(device: DeviceSetting): void {
    this.#devices = [...this.#devices, device];
    if (this.system.generation === 2 && BOOTABLE_KINDS.has(device.kind))
      this.#bootSources = [...this.#bootSources, device.part];
  }

  /** In the same place: clients index devices by position (object-model §5). */
  replace(part: string, device: DeviceSetting): void {
    // The very same record: an untouched default device stays shared, and its configuration too.
    if (this.#devices.includes(device)) return;
    this.#devices = this.#devices.map((held) => (samePart(held.part, part) ? device : held));
    if (!samePart(part, device.part))
      this.#bootSources = this.#bootSources.map((held) => (samePart(held, part) ? device.part : held));
  }

  /** With everything below it. */
  remove(part: string): void {
    for (const child of this.children(part)) this.remove(child.part);
    this.#devices = this.#devices.filter((held) => !samePart(held.part, part));
    this.#bootSources = this.#bootSources.filter((held) => !samePart(held, part));
  }

  get changed(): boolean {
    return (
      this.#devices !== this.original.devices ||
      this.#bootSources !== this.original.bootSources ||
      this.#values !== this.original.values
    );
  }

  finish(): Configuration {
    if (!this.changed) return this.original;
    return { id: this.original.id, values: this.#values, devices: this.#devices, bootSources: this.#bootSources };
  }
}

/** The setting with new values, defaults left out; the very same record where nothing changes. */
export const withDeviceValues = (device: DeviceSetting, changes: SettingValues): DeviceSetting => {
  const effective = effectiveDevice(device);
  const differs = Object.entries(changes).filter(([name, value]) => !sameValue(effective[name], value));
  if (differs.length === 0) return device;
  const defaults = kindRow(device.kind).defaults;
  const values: Record<string, SettingValue> = { ...device.values };
  for (const [name, value] of differs) {
    if (sameValue(defaults[name], value)) delete values[name];
    else values[name] = value;
  }
  return { ...device, values: Object.keys(values).length === 0 ? NO_VALUES : values };
};
