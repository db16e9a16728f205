import type { CimInstance } from '../../../cim/instance.ts';

/** Texts of embedded instances to instances (embedded-instances §1). */
export interface SettingTexts {
  /**
   * One text, of `baseClass` or a class below it. `parameter` is for the message.
   * @throws DomainError invalidParameter, or wrongType for a value that its type cannot hold
   */
  read(parameter: string, text: string, baseClass: string): CimInstance;
  readAll(parameter: string, texts: readonly string[], baseClass: string): readonly CimInstance[];
}
