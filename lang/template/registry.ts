// `hcp_packer_registry`: checked as Packer checks it, and then passed over.

import {
  hcpBothLabels,
  hcpBucketName,
  hcpDescriptionTooLong,
  hcpNotSupported,
  oneRegistry,
} from "../diagnostics/catalog/template.js";
import { at, type Reporter, type Wording } from "../diagnostics/diagnostic.js";
import type { EvalContext } from "../eval/context.js";
import { listOf, mapOf, STRING, type Type } from "../types/type.js";
import { asEntries, asString, type Value } from "../values/value.js";
import { type Content, type ContentBlock, contentOf } from "./body-content.js";
import { metaArgument, placeOf } from "./meta-arguments.js";

const ARGUMENTS: Readonly<Record<string, Type>> = {
  bucket_name: STRING,
  description: STRING,
  labels: mapOf(STRING),
  bucket_labels: mapOf(STRING),
  build_labels: mapOf(STRING),
  channels: listOf(STRING),
};

/** Those of one place: the root, or a build. The first one counts. */
export function checkRegistries(
  [first, ...others]: readonly Pick<ContentBlock, "body" | "file" | "range">[],
  context: EvalContext,
  report: Reporter,
): void {
  if (first === undefined) return;
  report.report(at(hcpNotSupported(), first.range));
  for (const { range } of others) report.report(at(oneRegistry(), range));
  const shape = { attributes: Object.keys(ARGUMENTS), blocks: new Map(), partial: true };
  checkRegistry(contentOf(first.body, first.file, shape, report), context, report);
}

function checkRegistry(content: Content, context: EvalContext, report: Reporter): void {
  const value = (name: string): Value | undefined =>
    metaArgument(content, name, ARGUMENTS[name] ?? STRING, context, report);
  const values = new Map(Object.keys(ARGUMENTS).map((name) => [name, value(name)]));
  const text = (name: string): string => textIn(values.get(name));
  const refuse = (wording: Wording, name: string): void => report.report(at(wording, placeOf(content, name)));
  if (new TextEncoder().encode(text("description")).length > 255) refuse(hcpDescriptionTooLong(), "description");
  if (!/^([a-zA-Z0-9-]{3,36})?$/.test(text("bucket_name"))) refuse(hcpBucketName(), "bucket_name");
  const hasAny = (name: string): boolean => sizeOf(values.get(name)) > 0;
  if (hasAny("labels") && hasAny("bucket_labels")) refuse(hcpBothLabels(), "labels");
}

const textIn = (value: Value | undefined): string => (value === undefined ? "" : asString(value));
const sizeOf = (value: Value | undefined): number => (value === undefined ? 0 : asEntries(value).size);
