// Grapheme clusters as the Unicode tables of Packer 1.16 have them.

let segmenter: Intl.Segmenter | undefined;

// One character is one cluster in ASCII, but for \r\n.
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them
const SIMPLE = /^[\x00-\x0c\x0e-\x7f]*$/;

// A virama does not join the consonant after it: that rule (GB9c) came with later tables.
const CONJUNCT =
  /(?<=[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d][\u200d\u200c]?)(?=[\u0904-\u0939\u0958-\u0961\u0978-\u097f\u0985-\u09b9\u09dc-\u09df\u0a85-\u0ab9\u0b05-\u0b39\u0c05-\u0c39\u0d05-\u0d3a])/u;

export function graphemesOf(text: string): readonly string[] {
  if (SIMPLE.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment).flatMap((cluster) =>
    cluster.length > 1 ? cluster.split(CONJUNCT) : [cluster],
  );
}

export const graphemeCount = (text: string): number => (SIMPLE.test(text) ? text.length : graphemesOf(text).length);
