import { vi } from 'vitest';

const timeout = Number(process.env.HANDFUL_TEST_TIMEOUT ?? 60_000);

/** For tests that start programs: how long one takes depends on what else the machine does. */
vi.setConfig({ testTimeout: timeout, hookTimeout: timeout });
