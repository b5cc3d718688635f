/** `"a = «bad»"` → the text without the marks, and the offsets that they enclosed. */
export function marked(source: string): { text: string; start: number; end: number } {
  const start = source.indexOf("«");
  const end = source.indexOf("»") - 1;
  if (start < 0 || end < start) throw new Error(`no «…» in ${JSON.stringify(source)}`);
  return { text: source.replace("«", "").replace("»", ""), start, end };
}
