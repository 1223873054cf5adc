import { beforeEach, describe } from 'vitest';
import { loadAddon } from '../../lib/backend/native.ts';
import { type BackendName, setBackend } from '../../lib/backend/select.ts';

/** The backends that can run here. */
export const backends: readonly BackendName[] = loadAddon().addon ? ['native', 'javascript'] : ['javascript'];

/** A specification that holds on every backend that can run here. */
export function describeOnBackends(title: string, specify: (backend: BackendName) => void): void {
  describe.each(backends)(`${title}, %s backend`, (backend) => {
    beforeEach(() => setBackend(backend));
    specify(backend);
  });
}
