import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Block, ReportDocument } from '../../lib/report/kit/document.ts';
import { Html } from '../../lib/report/kit/html.ts';
import { formatMarkdown } from '../../lib/report/kit/markdown.ts';
import { formatPage } from '../../lib/report/kit/page.ts';
import { left, right, tableOf } from '../../lib/report/kit/table.ts';
import { formatText } from '../../lib/report/kit/text.ts';
import { requestsOf } from '../support/pages.ts';

const table = tableOf(
  'Weights',
  [
    left<[string, number]>('thing', ([name]) => name),
    right<[string, number]>('grams', ([, grams]) => `${grams}`),
  ],
  [
    ['pen', 9],
    ['a | b', 12],
  ],
);

function report(content: readonly Block[], changes: Partial<ReportDocument> = {}): ReportDocument {
  return {
    kicker: 'handful weigh',
    headline: 'Pens weigh 9 grams',
    lead: ['They are light.'],
    sections: [{ title: 'Things', content }],
    command: 'handful weigh --all',
    facts: [['data', '2 things']],
    version: '1.2.3',
    ...changes,
  };
}

const pictures: Block[] = [
  { kind: 'figure', html: () => new Html('<i>figure</i>') },
  { kind: 'gallery', entries: [{ title: 'pens', rows: [{ caption: 'blue', items: [{ name: 'pen 1' }] }] }] },
];

describe('a report', () => {
  it('says the same as text, in Markdown and as a page', async () => {
    const all = report(['Some prose.', table, { kind: 'notes', notes: ['By hand.'] }]);
    const page = parseHTML(await formatPage(all)).document.body.textContent!;
    for (const text of [formatText(all), formatMarkdown(all), page]) {
      for (const words of [
        'Pens weigh 9',
        'They are light.',
        'Things',
        'Some prose.',
        'grams',
        'pen',
        'By hand.',
      ]) {
        expect(text).toContain(words);
      }
      expect(text).toContain('2 things');
    }
    for (const text of [formatMarkdown(all), page]) expect(text).toContain('handful weigh --all');
  });

  it('has its pictures on pages alone, and a section of nothing else nowhere else', async () => {
    const pictured = report(pictures);
    expect(formatText(pictured)).not.toContain('Things');
    expect(formatMarkdown(pictured)).not.toContain('## Things');
    const { document } = parseHTML(await formatPage(pictured));
    expect(document.querySelector('section i')!.textContent).toBe('figure');
    expect(document.querySelector('.examples dd')!.textContent).toBe('blue: pen 1');
  });

  it('leaves out what is not there, with its heading', async () => {
    const empty = report([], { sections: [{ title: 'Nothing', content: [false, undefined] }] });
    for (const text of [formatText(empty), formatMarkdown(empty), await formatPage(empty)]) {
      expect(text).not.toContain('Nothing');
    }
  });

  it('leaves details to Markdown and pages, and shows folded tables everywhere else', async () => {
    const fold: Block = { kind: 'fold', title: 'The same as a table', content: [table] };
    const sections = [{ title: 'Details', content: [fold], isDetail: true }];
    expect(formatText(report([], { sections }))).not.toContain('Details');
    expect(formatText(report([fold]))).toMatch(/^pen +9$/m);
    expect(formatMarkdown(report([], { sections }))).toMatch(/^\| a \\\| b \| +12 \|$/m);
    const { document } = parseHTML(await formatPage(report([], { sections })));
    expect(document.querySelector('details summary')!.textContent).toBe('The same as a table');
  });

  it('frames its notice at both ends of the text, and shows it in the others', async () => {
    const noticed = report([], { notice: 'NOT REAL' });
    expect(formatText(noticed).match(/^!+\nNOT REAL\n!+$/gm)!.length).toBe(2);
    expect(formatMarkdown(noticed)).toContain('**NOT REAL**');
    expect(await formatPage(noticed)).toContain('<p class="notice">NOT REAL</p>');
  });

  it('shows any name without obeying it', async () => {
    const part = fc.constantFrom(
      '\x1b[31m',
      '\x07',
      '\u202e',
      '\ud800',
      '<script>',
      '"',
      '`',
      '|',
      '*',
      'a',
      '\n',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
        const name = parts.join('');
        const blocks: Block[] = [
          name,
          tableOf(name, [left<string>(name, (each) => each)], [name]),
          { kind: 'notes', notes: [name] },
          { kind: 'gallery', entries: [{ title: name, rows: [{ caption: name, items: [{ name }] }] }] },
          { kind: 'fold', title: name, content: [name] },
        ];
        const named = report(blocks, {
          kicker: name,
          headline: name,
          lead: [name],
          command: name,
          facts: [[name, name]],
        });
        const page = await formatPage(named);
        for (const text of [formatText(named), formatMarkdown(named), page]) {
          expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/u);
        }
        expect(page).not.toContain('<script');
        expect(requestsOf(page)).toEqual([]);
        expect(formatMarkdown(named).replace(/```[\s\S]*?```/g, '')).not.toMatch(/(?<!\\)</);
      }),
    );
  });
});
