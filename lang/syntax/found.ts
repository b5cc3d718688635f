import { EOF, type IToken } from "chevrotain";
import { Newline } from "./tokens.js";

const LONGEST = 30;

/** What a message calls a token that does not fit. */
export function describeFound({ tokenType, image }: IToken): string {
  if (tokenType === Newline) return "the end of the line";
  if (tokenType === EOF) return "the end of the file";
  return JSON.stringify(image.length > LONGEST ? `${image.slice(0, LONGEST)}…` : image);
}
