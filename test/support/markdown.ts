/** A fenced block of code. */
export interface CodeBlock {
  /** What stands behind the fence: `js`, `sh`, `text output`, … */
  language: string;
  code: string;
  /** Line of the document on which the fence is, from 1. */
  line: number;
}

/** All fenced blocks of a document, in order. */
export function codeBlocks(text: string): CodeBlock[] {
  return Array.from(text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm), ({ 1: language, 2: code, index }) => ({
    language: language!,
    code: code!,
    line: text.slice(0, index).split('\n').length,
  }));
}

/** A document without its fenced blocks. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** What links and images lead to. */
export function links(text: string): string[] {
  return Array.from(prose(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target]) => target!);
}

/** The names by which links reach the headings of a document. */
export function anchors(text: string): string[] {
  return Array.from(prose(text).matchAll(/^#+ (.*)$/gm), ([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** What is set as code in a document's prose. */
export function codeSpans(text: string): string[] {
  return Array.from(prose(text).matchAll(/`([^`\n]+)`/g), ([, code]) => code!);
}

/** What stands under a heading, up to the next one of its level or above. */
export function section(text: string, heading: string): string {
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`There is no heading '${heading}'`);
  const level = heading.indexOf(' ');
  const length = lines.slice(start + 1).findIndex((line) => {
    const hashes = /^(#+) /.exec(line)?.[1];
    return hashes !== undefined && hashes.length <= level;
  });
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The rows of the first table whose first column has the given title, without the title's. */
export function tableRows(text: string, title: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${title} |`));
  if (start < 0) return [];
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end < 0 ? undefined : end).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}
