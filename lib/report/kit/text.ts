import { printable } from '../../core/printable.ts';
import type { Block, ReportDocument } from './document.ts';
import { formatTable } from './table.ts';

/** Characters in a line of prose. */
const WIDTH = 100;

/** A report as text for a terminal, without what only pages show; what the data is no proof of stands at both ends. */
export function formatText({ headline, lead, notice, sections, facts }: ReportDocument): string {
  const frame = '!'.repeat(WIDTH);
  const framed = notice === undefined ? [] : [[frame, wrap(notice), frame].join('\n')];
  const shown = sections.filter(({ isDetail }) => !isDetail);
  return [
    ...framed,
    ...[headline, ...lead].map(wrap),
    facts.map(([, value]) => printable(value)).join('\n'),
    ...shown.flatMap(({ title, content }) => {
      const blocks = content.flatMap((block) => (block ? textOf(block) : []));
      return blocks.length > 0 ? [`${wrap(title)}:`, ...blocks] : [];
    }),
    ...framed,
  ].join('\n\n');
}

function textOf(block: Block): string[] {
  if (typeof block === 'string') return [wrap(block)];
  switch (block.kind) {
    case 'notes':
      return block.notes.map(wrap);
    case 'table':
      return [formatTable(block.columns, block.rows)];
    case 'fold':
      return block.content.flatMap(textOf);
    default:
      return [];
  }
}

/** A text in lines of limited width. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of printable(text).split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}
