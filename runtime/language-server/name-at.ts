// The whole name that a position is in or beside: what hovers explain and definitions lead from.

import { type Cursor, cursorAt } from "./cursor.js";

/** As {@link cursorAt}, with the cursor moved behind the name, or to the end of the string, that it is in. */
export function nameAt(text: string, offset: number): Cursor {
  const { spot } = cursorAt(text, offset);
  const inString = spot.kind === "text" || spot.kind === "label";
  const rest = text.slice(offset);
  const more = inString ? /^[^"\n]*/.exec(rest) : /^[\p{ID_Continue}-]*/u.exec(rest);
  return cursorAt(text, offset + (more?.[0].length ?? 0));
}
