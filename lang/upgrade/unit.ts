// A block is converted as a whole or not at all, as in Packer: half-converted, it would mix two languages unnoticed.

import { callKept, notConverted } from "../diagnostics/catalog/upgrade.js";
import { BY_HAND, type CallSite, type Context } from "./calls.js";
import { convertString, type NotConverted } from "./convert-string.js";
import type { Block } from "./hcl.js";
import { quoteSegments, quoteText } from "./quote.js";
import type { Place, Session } from "./session.js";

/** Writes a string of the JSON template as an HCL expression. */
export type WriteString = (text: string, place: Place) => string;

/** `make` is called again, with every string as it is, when one of them can't be converted. Comments say what is left to do. */
export function convertedBlock(session: Session, context: Context, make: (write: WriteString) => Block): Block {
  const unit = newUnit(session, context);
  const converted = make(unit.write);
  // Inside a build, what went wrong with a block stands apart from the block before.
  const gap = context === "component" ? [""] : [];
  if (unit.failures.length > 0)
    return commented(
      make((text) => quoteText(text)),
      [...gap, ...unit.failures],
    );
  return commented(converted, [...(unit.kept.length > 0 ? gap : []), ...unit.comments()]);
}

const commented = (block: Block, comments: readonly string[]): Block =>
  comments.length === 0 ? block : { ...block, comments: [...comments, ...block.comments] };

interface Unit {
  readonly write: WriteString;
  readonly failures: readonly string[];
  /** Functions whose calls are still there. */
  readonly kept: readonly string[];
  comments(): readonly string[];
}

function newUnit(session: Session, context: Context): Unit {
  const failures: string[] = [];
  const kept: string[] = [];
  const notes = new Set<string>();
  const siteAt = (place: Place): CallSite => ({
    session,
    context,
    kept(name) {
      kept.push(name);
      session.warn(callKept(name, BY_HAND[name] ?? ""), place);
    },
    note(words) {
      notes.add(words.detail);
      session.warn(words, place);
    },
  });
  const fail = (text: string, { reason }: NotConverted, place: Place): string => {
    failures.push(`could not parse template for following block: ${JSON.stringify(reason)}`);
    session.warn(notConverted(reason), place);
    return quoteText(text);
  };
  return {
    failures,
    kept,
    write(text, place) {
      const converted = convertString(text, siteAt(place));
      return "reason" in converted ? fail(text, converted, place) : quoteSegments(converted);
    },
    comments: () => [...keptComments(kept), ...(session.annotations ? notes : [])],
  };
}

function keptComments(kept: readonly string[]): readonly string[] {
  if (kept.length === 0) return [];
  const errors = kept.length === 1 ? "1 error" : `${kept.length} errors`;
  const lines = kept.map((name) => `unhandled "${name}" call: HCL2 has ${BY_HAND[name] ?? ""}.`);
  return [
    `${errors} occurred upgrading the following block:`,
    ...lines.flatMap((line, i) => (i === 0 ? [line] : ["", line])),
  ];
}
