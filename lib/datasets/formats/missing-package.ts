import { HandfulError } from '../../core/errors.ts';

/**
 * The error for a package that only some need, and that is therefore not installed with this one. What is caught is to
 * be an `import` right inside a `try`: by that bundlers know that the package may be missing.
 * @param name what it is called in the npm registry
 * @param purpose what it is needed for
 * @param cause why it can't be loaded
 */
export function missingPackage(name: string, purpose: string, cause: unknown): HandfulError {
  return new HandfulError(
    'ERR_MISSING_PACKAGE',
    `${purpose} needs the package '${name}', which can't be loaded: npm install ${name}`,
    { cause },
  );
}
