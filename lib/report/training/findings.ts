import { countOf } from '../../core/errors.ts';
import { formatShare } from '../../core/numbers.ts';
import type { ReportDocument } from '../kit/document.ts';
import { quoteNames } from '../kit/names.ts';
import type { TrainingRecord } from './record.ts';

/** Fewer labels than these leave the interval wide. */
const FEW_LABELS = 50;

/** What came out of a training, in words. */
export function trainingFindings(record: TrainingRecord): Pick<ReportDocument, 'headline' | 'lead'> {
  const { labels, data, expectedAccuracy } = record;
  const given = `${countOf(labels.count, 'label')} for ${countOf(data.rows, 'row')}`;
  if (!expectedAccuracy) {
    return {
      headline: `With ${given}, all of one class, every row is taken for ${quoteNames(labels.classes)}`,
      lead: ['Nothing shows how many of them are. Label rows of a second class, then train again.'],
    };
  }
  const { value, low, high } = expectedAccuracy;
  return {
    headline:
      `With ${given}, expect ${formatShare(value)} of new rows to be named right; ` +
      `${formatShare(low)} to ${formatShare(high)}, with 95 % confidence`,
    lead: [estimate(record), ...singleLabels(record)],
  };
}

function estimate({ labels }: TrainingRecord): string {
  return (
    'The figure is cross-validated: how many labels follow from the others. ' +
    (labels.count < FEW_LABELS
      ? `So few labels leave its interval wide: ${FEW_LABELS} or more would tell more. `
      : '') +
    'It is rough where the rows to label were picked and not drawn at random; rows that were, and have no part in ' +
    'the training, tell it well: handful evaluate.'
  );
}

/** No cross-validation can name a label right that no other row bears. */
function singleLabels({ classes }: TrainingRecord): string[] {
  const single = classes.filter(({ labels }) => labels === 1).map(({ label }) => label);
  if (single.length === 0) return [];
  return [
    `${single.length === 1 ? 'A single label stands' : 'Single labels stand'} for ${quoteNames(single)}: ` +
      'cross-validation counts such a row as wrong, and a second label would help most there.',
  ];
}
