/** A line of CSV with its end: fields with commas (or something else) between, quoted where need be (RFC 4180). */
export function formatCsvLine(fields: readonly (string | number)[], delimiter = ','): string {
  return `${fields.map((field) => quoted(String(field), delimiter)).join(delimiter)}\n`;
}

function quoted(text: string, delimiter: string): string {
  return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}
