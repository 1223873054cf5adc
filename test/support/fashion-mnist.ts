import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const besideTheRepository = fileURLToPath(new URL('../../../shared/data/fashion-mnist', import.meta.url));

const folder = process.env.HANDFUL_DATA || besideTheRepository;

/** The folder of the real Fashion-MNIST, `HANDFUL_DATA` or else one beside the repository; undefined where absent. */
export const fashionMnistFolder: string | undefined = existsSync(folder) ? folder : undefined;

if (!fashionMnistFolder) {
  console.warn(
    'Fashion-MNIST is absent (set HANDFUL_DATA to its folder): tests on the real data are skipped',
  );
}
