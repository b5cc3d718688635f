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

export const ANY: Paging = { least: 1, most: 1000 };

/** What `page` cuts records by: first the older ones. */
export const byAge = ({ created, id }: { readonly created: string; readonly id: string }): string => `${created} ${id}`;

/**
 * One page of `items`, all of them where no MaxResults is given. NextToken names the last item by its key, in whose order
 * pages are, not by its number: who deletes what is on one page still finds all of the next.
 */
export function page<T>(
  query: Query,
  items: readonly T[],
  keyOf: (item: T) => string,
  paging: Paging = ANY,
): { readonly items: readonly T[]; readonly nextToken?: string | undefined } {
  const size = sizeOf(query, paging);
  const last = lastOf(text(query, "NextToken"));
  if (size === undefined && last === undefined) return { items };
  const rows = items.map((item) => ({ item, key: keyOf(item) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const left = last === undefined ? rows : rows.filter(({ key }) => key > last);
  const shown = left.slice(0, size);
  const nextToken = shown.length < left.length ? tokenOf(shown.at(-1)?.key ?? "") : undefined;
  return { items: shown.map(({ item }) => item), nextToken };
}

function sizeOf(query: Query, { least, most, strict = false, notWith }: Paging): number | undefined {
  const size = integer(query, "MaxResults");
  if (size === undefined) return undefined;
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

const tokenOf = (key: string): string => Buffer.from(`after:${key}`).toString("base64");

/** The key in a token. */
function lastOf(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  const [, key] = /^after:(.+)$/s.exec(Buffer.from(token, "base64").toString("utf8")) ?? [];
  if (key === undefined) throw new Ec2Error("InvalidNextToken", "The token provided is invalid.");
  return key;
}
