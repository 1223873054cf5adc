import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const besideTheRepository = fileURLToPath(new URL('../../../shared/data/fashion-mnist', import.meta.url));

/** The folder of the real Fashion-MNIST, `HANDFUL_DATA` or one beside the repository; undefined where neither is. */
export const fashionMnistFolder: string | undefined = [process.env.HANDFUL_DATA, besideTheRepository].find(
  (folder) => folder && existsSync(folder),
);

if (!fashionMnistFolder) {
  console.warn(
    'Fashion-MNIST is absent (set HANDFUL_DATA to its folder): tests on the real data are skipped',
  );
}
