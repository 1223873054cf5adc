// Every platform's binary, out of the tarball, on its own runtime where something here runs that.

import { lackingFor } from '../../prebuilds/binary.mjs';
import { currentEntry } from '../../prebuilds/manifest.mjs';
import { hostPlatform, PLATFORMS } from '../../prebuilds/platforms.mjs';
import { runtimeFor } from '../../runtimes.mjs';
import { installedProject, runNatively } from '../project.mjs';

export const platforms = PLATFORMS.map((platform) => ({
  subject: platform.name,
  quick: platform === hostPlatform(),
  run({ tarball }) {
    const built = currentEntry(platform);
    if (!built) return { state: 'not built', detail: `wants ${lackingFor(platform).join(' and ')}` };
    const runtime = runtimeFor(platform, hostPlatform());
    if (!runtime) {
      // Perhaps it was run where it was built.
      return { state: built.tested === 'built, not run' ? built.tested : 'ok', detail: built.tested };
    }
    const project = installedProject(tarball);
    const scripts = ['import.mjs', 'require.cjs', 'workers.mjs'];
    const [instructionSet] = scripts.map((script) => runNatively(project, runtime, script));
    return { detail: `${runtime.how}, ${instructionSet}` };
  },
}));
