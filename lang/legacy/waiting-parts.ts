// What in the value of a legacy variable is not settled when it is first rendered. Both scans are linear in the text.

import type { GoStruct } from "../interpolate/go-value.js";
import type { TemplateRenderer } from "../interpolate/renderer.js";
import { goQuote } from "../values/go-quote.js";

/** Puts each `{{ .X }}` so that rendering prints it as it stands: only the place where the variable is used knows the data. */
export const keepFields = (text: string, hear: (field: string) => void = () => undefined): string =>
  replaceFields(text, (field) => {
    hear(field);
    return `{{${goQuote(field)}}}`;
  });

/** A field has at most one space before its dot and ends at the next `}}` of its line. */
function replaceFields(text: string, replacement: (field: string) => string): string {
  let out = "";
  let from = 0;
  let close = -1;
  let lineEnd = -1;
  for (let open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", Math.max(open + 1, from))) {
    if (close < open) close = text.indexOf("}}", open);
    if (lineEnd < open) lineEnd = indexOrEnd(text, "\n", open);
    if (close < 0) break;
    if (close > lineEnd || !startsField(text, open + 2)) continue;
    out += `${text.slice(from, open)}${replacement(text.slice(open, close + 2))}`;
    from = close + 2;
  }
  return out + text.slice(from);
}

const startsField = (text: string, at: number): boolean =>
  text[at] === "." || (/\s/.test(text[at] ?? "") && text[at + 1] === ".");

function indexOrEnd(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from);
  return index < 0 ? text.length : index;
}

/** The variables of a legacy template, rendered. */
export interface LegacyValues {
  readonly texts: ReadonlyMap<string, string>;
  /** The fields that somebody wrote in one of them. What the environment or a service says is no template. */
  readonly fields: ReadonlySet<string>;
}

type Data = Readonly<Record<string, unknown>> | GoStruct;

/** Fills in the fields of the variables that a template uses, where it is rendered with data. `make` is given what `user` reads. */
export function fillingFields(
  { texts, fields }: LegacyValues,
  make: (user: Pick<ReadonlyMap<string, string>, "get">) => TemplateRenderer,
): TemplateRenderer {
  let data: Data | undefined;
  const within = <T>(given: Data | undefined, body: () => T): T => {
    const before = data;
    data = given;
    try {
      return body();
    } finally {
      data = before;
    }
  };
  const filled = (text: string): string => {
    const here = data;
    if (here === undefined || fields.size === 0) return text;
    // What a field asks of another variable is text: it could be this variable again.
    const fill = (field: string): string => within(undefined, () => renderer.render(field, here));
    return replaceFields(text, (field) => (fields.has(field) ? fill(field) : field));
  };
  const get = (name: string): string | undefined => {
    const text = texts.get(name);
    return text && filled(text);
  };
  const renderer = make({ get });
  return {
    ...renderer,
    render: (text, given, onAction) => within(given, () => renderer.render(text, given, onAction)),
  };
}

/** Whether another variable is used, so that a later pass must render it again. Only backquoted names count, as in Packer. */
export function usesVariables(text: string): boolean {
  return text.split("\n").some((line) => {
    const start = /\{\{\s*user\s*`/.exec(line);
    return start !== null && /`\s*\}\}/.test(line.slice(start.index + start[0].length));
  });
}
