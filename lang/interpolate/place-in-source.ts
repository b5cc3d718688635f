import type { SourceRange } from "../source/source-file.js";
import type { TemplateProblem } from "./renderer.js";

/**
 * Where in the source of a string the mistake in its Go template is: `range` is of the string, `text` what it says. The action is
 * looked for as it stands, and as it is with its quotes escaped; where it is not there as often as in the text, the whole range
 * must do.
 */
export function placeInSource(range: SourceRange, text: string, { start, end }: TemplateProblem): SourceRange {
  const from = start === undefined ? -1 : text.lastIndexOf("{{", start);
  if (start === undefined || from < 0) return range;
  const close = text.indexOf("}}", from);
  const action = text.slice(from, close < 0 ? text.length : close + 2);
  const source = range.file.text.slice(range.start, range.end);
  const ordinal = offsetsOf(action, text).indexOf(from);
  for (const written of new Set([action, JSON.stringify(action).slice(1, -1)])) {
    const found = offsetsOf(written, source);
    const at = found[ordinal];
    if (at === undefined || found.length !== offsetsOf(action, text).length) continue;
    const place = { file: range.file, start: range.start + at, end: range.start + at + written.length };
    return written === action ? within(place, start - from, (end ?? start) - from, action.length) : place;
  }
  return range;
}

/** The part of an action that is wrong; the action where that is beyond it, or nothing. */
function within(place: SourceRange, start: number, end: number, length: number): SourceRange {
  if (end <= start || end > length) return place;
  return { file: place.file, start: place.start + start, end: place.start + end };
}

function offsetsOf(part: string, text: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}
