import { EOF, type IToken } from "chevrotain";
import { TokenTable } from "./token-table.js";
import { TYPES } from "./tokens.js";

/** What the parser reads: the tokens that mean something where they stand, by their positions among them. */
export class SignificantTokens extends TokenTable {
  /** The position where they are nested deeper than the parser goes. */
  tooDeep: number | undefined;

  /** None yet. They will stand where those of the table do, which is then of no use: most of them stay where they are. */
  static inPlaceOf(table: TokenTable): SignificantTokens {
    const tokens = new SignificantTokens(table.text, 0);
    tokens.takeRoomOf(table);
    return tokens;
  }

  /** As an object of its own, for Chevrotain. */
  tokenAt(position: number): IToken {
    const tokenTypeIdx = this.codeAt(position);
    const tokenType = TYPES[tokenTypeIdx] ?? EOF;
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
