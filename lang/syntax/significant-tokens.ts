import { EOF, type IToken } from "chevrotain";
import { SelectedTokens } from "./selected-tokens.js";
import type { TokenTable } from "./token-table.js";
import * as T from "./tokens.js";

const [NEWLINE, LINE_COMMENT] = [T.codeOf(T.Newline), T.codeOf(T.LineComment)];

/** What the parser reads. */
export class SignificantTokens extends SelectedTokens {
  /** The position where they are nested deeper than the parser goes. */
  tooDeep: number | undefined;

  add(table: TokenTable, index: number, code: number): void {
    // A comment that runs to the end of its line ends what stands before it: messages point at the comment.
    const endsComment = code === NEWLINE && table.codeAt(index - 1) === LINE_COMMENT;
    this.select(code, table.startAt(endsComment ? index - 1 : index), table.endAt(index));
  }

  /** As an object of its own, for Chevrotain. */
  tokenAt(position: number): IToken {
    const tokenTypeIdx = this.codeAt(position);
    const tokenType = T.TYPES[tokenTypeIdx] ?? EOF;
    return { image: this.imageAt(position), startOffset: this.startAt(position), tokenType, tokenTypeIdx };
  }

  /** Of the first token that begins at the offset or behind it. */
  positionOf(offset: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.startAt(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
