import { HandfulError } from '../../errors.ts';

/**
 * A package that only some need, and that is therefore not installed with this one.
 * @param load imports it
 * @param name what it is called in the npm registry
 * @param purpose what it is needed for
 * @throws HandfulError `ERR_MISSING_PACKAGE` where it is not installed
 */
export async function optionalPackage<T>(load: () => Promise<T>, name: string, purpose: string): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new HandfulError(
      'ERR_MISSING_PACKAGE',
      `${purpose} needs the package '${name}', which can't be loaded: npm install ${name}`,
      { cause: error },
    );
  }
}
