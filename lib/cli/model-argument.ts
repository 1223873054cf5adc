import { HandfulError } from '../core/errors.ts';
import { loadModel } from '../models/model-file.ts';
import type { TrainedModel } from '../models/trained-model.ts';

/**
 * The model that the first of two arguments names.
 * @throws HandfulError as `loadModel`; of a file that is no model it says which argument is the model
 */
export async function loadModelArgument(path: string): Promise<TrainedModel> {
  try {
    return await loadModel(path);
  } catch (error) {
    if (!(error instanceof HandfulError) || error.code !== 'ERR_FILE_FORMAT') throw error;
    const hint = 'the arguments are the model, which handful train writes, and then the data';
    throw new HandfulError(error.code, `${error.message} (${hint})`, { cause: error });
  }
}
