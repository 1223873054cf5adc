import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportDocument } from '../../lib/report/kit/document.ts';
import { formatMarkdown } from '../../lib/report/kit/markdown.ts';

const reportOf = (given: Partial<ReportDocument>): ReportDocument => ({
  kicker: 'A report',
  headline: 'It works',
  lead: [],
  sections: [],
  command: 'handful train data',
  facts: [],
  version: '1.0.0',
  ...given,
});

/** Names of folders as anybody may choose them, with marks of Markdown and HTML, and line breaks. */
const names = fc.string({
  unit: fc.constantFrom(
    '`',
    '```',
    '~~~',
    '\n',
    '\r\n',
    '\u2028',
    '\u001b',
    '<img src=x>',
    '#',
    ' ',
    'a',
    '|',
  ),
  maxLength: 12,
});

describe('a report in Markdown', () => {
  it('has the command between fences that no name in it ends, on one line', () => {
    fc.assert(
      fc.property(names, (name) => {
        const command = `handful train '${name}' --out m`;
        const lines = formatMarkdown(reportOf({ command })).split('\n');
        const start = lines.indexOf('## To repeat this') + 2;
        const [opened, code, closed] = lines.slice(start, start + 3);
        const fence = /^(`{3,})sh$/.exec(opened!)![1]!;
        expect(closed).toBe(fence);
        expect(code).not.toContain(fence);
        expect(code).toMatch(/^handful train '[^\p{Cc}]*' --out m$/u);
        expect(code!.replace(/[^`]/g, '')).toBe(command.replace(/[^`]/g, ''));
      }),
    );
  });

  it('shows names as they are, none as a mark, on one line each', () => {
    fc.assert(
      fc.property(names, (name) => {
        const texts = [`named ${name} last`, 'paragraph'];
        const plain = formatMarkdown(reportOf({ lead: texts }));
        const paragraph = plain.split('\n')[2]!;
        expect(paragraph).toMatch(/^named .*last$/);
        expect(paragraph).not.toMatch(/(?<!\\)[`<>#|~]/);
        expect(plain.split('\n')[4]).toBe('paragraph');
      }),
    );
  });
});
