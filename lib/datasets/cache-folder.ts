import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where handful keeps what it has downloaded for this user: `$XDG_CACHE_HOME/handful` where that is set, else
 * `%LOCALAPPDATA%\handful` on Windows, `~/Library/Caches/handful` on macOS, `~/.cache/handful` elsewhere.
 * The folder need not exist.
 */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  return join(userCacheFolder(environment, platform), 'handful');
}

function userCacheFolder(
  { XDG_CACHE_HOME, LOCALAPPDATA }: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string {
  // The XDG specification has relative paths ignored.
  if (XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  if (platform === 'win32') return LOCALAPPDATA || join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return join(homedir(), '.cache');
}
