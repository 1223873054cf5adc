import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Operations } from '../../binding.d.ts';
import { javascriptOperations } from '../../lib/backend/javascript/operations.ts';
import { loadAddon } from '../../lib/backend/native.ts';

/**
 * A specification of the waist: what must hold on the JavaScript backend and on the addon with every instruction
 * set that can run here.
 */
export function describeOperations(title: string, specify: (operations: Operations) => void): void {
  describe(`${title}, javascript`, () => specify(javascriptOperations));
  const loaded = loadAddon();
  if (!loaded.addon) {
    describe(`${title}, native`, () => it.skip(`is not held against the addon: ${loaded.reason}`));
    return;
  }
  const { addon } = loaded;
  const inUse = addon.instructionSet();
  for (const { name, supported, reason } of addon.instructionSets()) {
    describe(`${title}, native ${name}`, () => {
      if (!supported) {
        it.skip(`can't run here: ${reason}`);
        return;
      }
      beforeAll(() => addon.setInstructionSet(name));
      afterAll(() => addon.setInstructionSet(inUse));
      specify(addon);
    });
  }
}
