import { Ec2Error } from "./ec2-error.js";
import { integer, type Query, text, texts } from "./query.js";

/** What MaxResults may be for an action. */
export interface Paging {
  readonly least: number;
  readonly most: number;
  /** More than `most` is an error; otherwise it is taken for `most`. */
  readonly strict?: boolean;
  /** The list of ids that can't be given together with MaxResults. */
  readonly notWith?: string;
}

const ANY: Paging = { least: 1, most: 1000 };

/** One page of `items`; NextToken says where the next one starts. */
export function page<T>(
  query: Query,
  items: readonly T[],
  paging: Paging = ANY,
): { readonly items: readonly T[]; readonly nextToken?: string | undefined } {
  const size = sizeOf(query, paging);
  const start = startOf(text(query, "NextToken"));
  const end = start + size;
  return { items: items.slice(start, end), nextToken: end < items.length ? tokenOf(end) : undefined };
}

function sizeOf(query: Query, { least, most, strict = false, notWith }: Paging): number {
  const size = integer(query, "MaxResults");
  if (size === undefined) return most;
  if (notWith !== undefined && texts(query, notWith).length > 0)
    throw new Ec2Error(
      "InvalidParameterCombination",
      `The parameter ${notWith} cannot be used with the parameter maxResults`,
    );
  if (size < least || (strict && size > most))
    throw new Ec2Error(
      "InvalidParameterValue",
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${least} and ${most}.`,
    );
  return Math.min(size, most);
}

const tokenOf = (index: number): string => Buffer.from(`page:${index}`).toString("base64");

function startOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const [, index] = /^page:(\d{1,15})$/.exec(Buffer.from(token, "base64").toString("latin1")) ?? [];
  if (index === undefined) throw new Ec2Error("InvalidNextToken", "The token provided is invalid.");
  return Number(index);
}
