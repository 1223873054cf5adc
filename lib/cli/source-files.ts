import type { SourceFile } from '../datasets/dataset.ts';
import { FORMATS } from '../datasets/formats/index.ts';
import type { LoadedData } from '../datasets/load-data.ts';
import { sourceFile, sourceFolder } from '../datasets/source-file.ts';

/**
 * What is to be told of everything that a command has read: its data, a file or a folder of images, and other files.
 * @param others undefined for one that was not given
 */
export function sourceFiles(
  { source, names }: LoadedData,
  ...others: readonly (string | undefined)[]
): Promise<SourceFile[]> {
  return Promise.all([
    FORMATS[source.format].isFolder ? sourceFolder(source.path, names) : sourceFile(source.path),
    ...others.filter((path) => path !== undefined).map(sourceFile),
  ]);
}
