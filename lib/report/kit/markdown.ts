import { printable } from '../../core/printable.ts';
import type { Block, ReportDocument } from './document.ts';
import { formatMarkdownTable } from './table.ts';

/** A report in Markdown, without what only pages show. */
export function formatMarkdown(report: ReportDocument): string {
  const { headline, lead, notice, sections, command, facts } = report;
  const parts = [
    `# ${escapeMarkdown(headline)}`,
    ...(notice === undefined ? [] : [`**${notice}**`]),
    ...lead.map(escapeMarkdown),
    ...sections.flatMap(({ title, content }) => {
      const blocks = content.flatMap((block) => (block ? markdownOf(block) : []));
      return blocks.length > 0 ? [`## ${escapeMarkdown(title)}`, ...blocks] : [];
    }),
    '## To repeat this',
    codeBlock(command),
    facts.map((fact) => `- ${fact.map(escapeMarkdown).join(': ')}`).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function markdownOf(block: Block): string[] {
  if (typeof block === 'string') return [escapeMarkdown(block)];
  switch (block.kind) {
    case 'notes':
      return block.notes.map(escapeMarkdown);
    case 'table':
      return [formatMarkdownTable(block.columns, block.rows, escapeMarkdown)];
    case 'fold':
      return block.content.flatMap(markdownOf);
    default:
      return [];
  }
}

/** A command between fences that are longer than any run of backticks in it. */
function codeBlock(command: string): string {
  const line = printable(command);
  const longest = Math.max(2, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${line}\n${fence}`;
}

/** Text that somebody else wrote, as Markdown that shows it: on one line, its marks without their meaning. */
function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>|~#&]/g, '\\$&');
}
