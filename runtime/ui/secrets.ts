/** Texts that no output may show, and the replacing of them. */
export interface Secrets {
  /** From now on `text`, its lines and its encoded forms are hidden. Says when it is too short to be hidden everywhere. */
  add(text: string): "hidden" | "short" | "empty";
  mask(text: string): string;
}

const MASK = "<sensitive>";

// Shorter ones are hidden only where they stand as a word of their own, or they would riddle every line (decisions: secrets and short values).
const SHORTEST = 4;

/** Longer ones are looked for one by one: a regular expression has room for a few tens of thousands of characters. */
const LONGEST_IN_PATTERN = 1000;

export function secretStore(): Secrets {
  const huge = new Set<string>();
  const long = new Set<string>();
  const short = new Set<string>();
  // Made when it is needed: secrets come by the hundred.
  let pattern: RegExp | undefined;
  const setFor = ({ length }: string): Set<string> => {
    if (length > LONGEST_IN_PATTERN) return huge;
    return length < SHORTEST ? short : long;
  };
  return {
    add(text) {
      if (text === "") return "empty";
      for (const form of formsOf(text)) setFor(form).add(form);
      pattern = undefined;
      return text.length < SHORTEST ? "short" : "hidden";
    },
    mask(text) {
      const rest = without(huge, text);
      if (long.size + short.size === 0 || rest === "") return rest;
      pattern ??= patternOf(long, short);
      return rest.replace(pattern, MASK);
    },
  };
}

/** The longest first, as in {@link patternOf}. */
function without(huge: ReadonlySet<string>, text: string): string {
  if (huge.size === 0 || text.length <= LONGEST_IN_PATTERN) return text;
  const inside = [...huge].filter((form) => form.length <= text.length).sort((a, b) => b.length - a.length);
  return inside.reduce((rest, form) => rest.replaceAll(form, MASK), text);
}

/** A store that hides these. */
export function storeOf(secrets: Iterable<string>): Secrets {
  const store = secretStore();
  for (const secret of secrets) store.add(secret);
  return store;
}

/** The text itself, each of its lines (and what is left of them where a terminal is overwritten), each as it looks encoded. */
function formsOf(text: string): Set<string> {
  const unix = text.replaceAll("\r\n", "\n");
  const lines = unix.split("\n").flatMap((line) => [line, ...line.split("\r")]);
  const plain = [text, text.trim(), unix, ...lines.map((line) => line.trim())].filter((form) => form !== "");
  return new Set(plain.flatMap(encodings));
}

function encodings(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const forms = [
    text,
    json,
    json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    text.replaceAll("'", `'"'"'`),
    text.replaceAll("'", `'\\''`),
    encodeURIComponent(text),
    new URLSearchParams({ "": text }).toString().slice(1),
  ];
  return text.length < SHORTEST ? [text] : [...forms, ...base64Forms(text)];
}

/** In base64 a text looks different at each of three offsets, and its first and last characters mix with its neighbours: the part that is always the same. */
function base64Forms(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2]
    .map((offset) => {
      const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString("base64")
        .replace(/=+$/, "");
      const complete = Math.floor(((bytes.length + offset) * 4) / 3);
      return encoded.slice(Math.ceil((offset * 4) / 3), complete);
    })
    .filter((form) => form.length >= 6);
}

/** Longest first, so that a secret inside another leaves nothing of the longer one; by first characters, so that thousands are found fast. */
function patternOf(long: ReadonlySet<string>, short: ReadonlySet<string>): RegExp {
  const byLength = (forms: Iterable<string>): string[] => [...forms].sort((a, b) => b.length - a.length);
  const groups = new Map<string, string[]>();
  for (const form of byLength(long)) {
    const [first = ""] = form;
    groups.set(first, [...(groups.get(first) ?? []), escapeRegExp(form.slice(first.length))]);
  }
  const grouped = [...groups].map(([first, rests]) => `${escapeRegExp(first)}(?:${rests.join("|")})`);
  const words = byLength(short).map((form) => `(?<![\\p{L}\\p{N}_])${escapeRegExp(form)}(?![\\p{L}\\p{N}_])`);
  return new RegExp([...grouped, ...words].join("|"), "gu");
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
