import type { Dataset } from './dataset.ts';
import { type FashionMnistOptions, type IdxDatasetDescription, loadIdxDataset } from './idx-dataset.ts';

export type { FashionMnistOptions };

/** Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, MIT licence): Zalando's article images of ten kinds. */
const FASHION_MNIST: IdxDatasetDescription = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  train: {
    images: {
      name: 'train-images-idx3-ubyte.gz',
      shape: [60_000, 28, 28],
      bytes: 26_421_880,
      sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    },
    labels: {
      name: 'train-labels-idx1-ubyte.gz',
      bytes: 29_515,
      sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    },
  },
  test: {
    images: {
      name: 't10k-images-idx3-ubyte.gz',
      shape: [10_000, 28, 28],
      bytes: 4_422_102,
      sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
    },
    labels: {
      name: 't10k-labels-idx1-ubyte.gz',
      bytes: 5_148,
      sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
    },
  },
  hosts: [
    'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
};

/**
 * Loads Fashion-MNIST: 60,000 training and 10,000 test images of 28 x 28 bytes in ten classes, each image a row of
 * 784 pixels with `scale: 1 / 255`. It is looked for in `dir` (default: the environment's `HANDFUL_DATA`), then in
 * the user's cache folder, then downloaded into that, 30 MB, with every file's SHA-256 checked.
 * @throws HandfulError `ERR_DATASET` where it is neither present nor reachable, telling the three ways to provide
 *   it; `ERR_FILE_FORMAT` where a file is not what it should be; `ERR_INVALID_ARGUMENT` for a bad option
 * @throws AbortError when `signal` aborts
 */
export function loadFashionMnist(options?: FashionMnistOptions): Promise<Dataset> {
  return loadIdxDataset(FASHION_MNIST, options, 'loadFashionMnist');
}
