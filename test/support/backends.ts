import { beforeEach, describe } from 'vitest';
import { loadAddon } from '../../lib/backend/native.ts';
import { type BackendName, setBackend } from '../../lib/backend/select.ts';

const loaded = loadAddon();
if (process.env.PREBUILDS_ONLY && !loaded.addon) {
  throw new Error(`PREBUILDS_ONLY asks for tests of a prebuilt binary, but ${loaded.reason}`);
}

/** The backends that can run here. */
export const backends: readonly BackendName[] = loaded.addon ? ['native', 'javascript'] : ['javascript'];

/** A specification that holds on every backend that can run here. */
export function describeOnBackends(title: string, specify: (backend: BackendName) => void): void {
  describe.each(backends)(`${title}, %s backend`, (backend) => {
    beforeEach(() => setBackend(backend));
    specify(backend);
  });
}
