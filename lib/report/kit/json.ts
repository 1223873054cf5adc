/**
 * A value as JSON for people and programs: indented, with typed arrays as arrays and every list of numbers on
 * one line.
 */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, each: unknown) => (ArrayBuffer.isView(each) ? Array.from(each as Int32Array) : each),
    2,
  );
  return `${text.replace(/\[[-+.,\deE\s]*\]/g, (list) => list.replace(/\s+/g, ' '))}\n`;
}
