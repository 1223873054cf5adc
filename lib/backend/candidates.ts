import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import finder from '#addon';
import { loadAddon } from './native.ts';
import { systemLibc } from './system-libc.ts';

/** A file that might be the compiled addon, and why it was or was not taken. */
export interface AddonCandidate {
  file: string;
  taken: boolean;
  /** Why it was taken or not. */
  reason: string;
  /** What the package's manifest says of how far this binary was tested; undefined where it says nothing. */
  tested?: string;
}

/** All files that might be the compiled addon here: one built on this machine first, then those that the package brings. */
export function addonCandidates(): AddonCandidate[] {
  const built = join(finder.folder, 'build', 'Release', 'handful.node');
  const tested = testedBinaries();
  return [
    ...(existsSync(built) ? [{ file: built, foreign: foreignBuild() }] : []),
    ...prebuiltFiles().map(({ folder, name }) => ({
      file: join(finder.folder, 'prebuilds', folder, name),
      foreign: foreignPrebuilt(folder, name),
      tested: tested.get(`${folder}/${name}`),
    })),
  ].map(({ foreign, ...candidate }) => ({ ...candidate, ...verdict(candidate.file, foreign) }));
}

function verdict(file: string, foreign: string | undefined): { taken: boolean; reason: string } {
  const loaded = loadAddon();
  if (loaded.file === file) {
    return loaded.addon
      ? { taken: true, reason: 'it is for this platform, and loads' }
      : { taken: false, reason: loaded.reason };
  }
  return { taken: false, reason: foreign ?? `${loaded.file ?? 'another'} goes before it` };
}

function foreignBuild(): string | undefined {
  return process.env.PREBUILDS_ONLY ? 'PREBUILDS_ONLY asks for what the package brings' : undefined;
}

/** Why the file of a folder such as linux-x64 is not for this platform; undefined where it is. */
function foreignPrebuilt(folder: string, name: string): string | undefined {
  const platform = `${process.platform}-${process.arch}`;
  if (folder !== platform) return `it is for ${folder}, this is ${platform}`;
  const wanted = /\.(glibc|musl)\.node$/.exec(name)?.[1];
  const { family } = systemLibc();
  return wanted && wanted !== family ? `it is for ${wanted}, this system has ${family}` : undefined;
}

function prebuiltFiles(): { folder: string; name: string }[] {
  const root = join(finder.folder, 'prebuilds');
  return list(root)
    .filter((folder) => folder.includes('-'))
    .flatMap((folder) =>
      list(join(root, folder))
        .filter((name) => name.endsWith('.node'))
        .map((name) => ({ folder, name })),
    );
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** What the manifest of the package's binaries says of each. */
function testedBinaries(): Map<string, string> {
  const manifest = join(finder.folder, 'prebuilds', 'manifest.json');
  if (!existsSync(manifest)) return new Map();
  const { binaries } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    binaries: { file: string; tested: string }[];
  };
  return new Map(binaries.map(({ file, tested }) => [file, tested]));
}
