import { describe, expect, it } from 'vitest';
import { handful } from '../support/command-line.ts';

describe('handful build-native', () => {
  it('points to the command that builds the addon in a checkout', async () => {
    const { code, stderr } = await handful(['build-native']);
    expect(code).toBe(1);
    expect(stderr).toBe('handful: In a checkout the addon is built by: npm run build:native\n');
  });
});
