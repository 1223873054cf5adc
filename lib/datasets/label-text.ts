/** What shows as nothing: white space, and characters without a width that spreadsheets and web pages leave behind. */
const BLANK = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;

/** Pairs of classes that a notice names at most. */
const MAX_NAMED = 5;

/** A text without the blanks around it, those that can't be seen included. */
export function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && BLANK.test(text[from]!)) from++;
  while (to > from && BLANK.test(text[to - 1]!)) to--;
  return text.slice(from, to);
}

/** Notices of classes that look like one that was spelled in several ways: with other case, blanks or Unicode form. */
export function similarClasses(labels: Iterable<string>, where: string): string[] {
  const spellings = new Map<string, string[]>();
  for (const label of new Set(labels)) {
    const key = label.normalize('NFKC').toLowerCase().normalize('NFKC').replace(new RegExp(BLANK, 'g'), '');
    const others = spellings.get(key);
    if (others) others.push(label);
    else spellings.set(key, [label]);
  }
  const doubtful = [...spellings.values()].filter((each) => each.length > 1);
  if (doubtful.length === 0) return [];
  const named = doubtful.slice(0, MAX_NAMED).map((each) => each.map((label) => `'${label}'`).join(' and '));
  const more = doubtful.length > MAX_NAMED ? `; and ${doubtful.length - MAX_NAMED} more such groups` : '';
  return [
    `${where}: ${named.join('; ')}${more} are taken for different classes, though they differ only by case, blanks or ` +
      'Unicode form',
  ];
}
