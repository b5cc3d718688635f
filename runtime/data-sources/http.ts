import { optionProblem } from "../../lang/diagnostics/catalog/options.js";
import { at } from "../../lang/diagnostics/diagnostic.js";
import { mapOf, STRING, type Type } from "../../lang/types/type.js";
import { mapValue, objectValue, stringValue, type Value } from "../../lang/values/value.js";
import { httpDataOptions } from "../../schemas/components/http-data.gen.js";
import type { HttpData } from "../../schemas/options.gen.js";
import { defineDataSource, type Reading } from "../contract/component.js";
import { RunError } from "../contract/errors.js";

const METHODS = ["HEAD", "GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];

/** Asks a web server (language §2.7). Its output `request_headers` holds the answer's headers, as in Packer. */
export const component = defineDataSource<HttpData>({
  type: "http",
  summary: "Asks a web server",
  schema: httpDataOptions,
  outputs: new Map<string, Type>([
    ["url", STRING],
    ["body", STRING],
    ["request_headers", mapOf(STRING)],
  ]),
  check({ value, unknown, rangeOf }, _context, report) {
    const { url = "", method = "GET" } = value;
    if (url === "" && !unknown.includes("/url"))
      report.report(at(optionProblem("the `url` must be specified"), rangeOf("/url")));
    if (method !== "" && !METHODS.includes(method))
      report.report(at(optionProblem(`the \`method\` must be one of [${METHODS.join(" ")}]`), rangeOf("/method")));
  },
  read: (options, _context, reading) => read(options, reading),
});

async function read(
  { url = "", method = "", request_headers = {}, request_body }: HttpData,
  { signal, warn }: Reading,
): Promise<Value> {
  const { httpRequest } = await import("../services/http-request.js");
  const { status, headers, body } = await httpRequest({
    url,
    method: method === "" ? "GET" : method,
    headers: request_headers,
    signal,
    ...(request_body === undefined || request_body === "" ? {} : { body: request_body }),
  });
  if (status < 200 || status > 299) throw new RunError(`HTTP request error. Response code: ${status}`);
  const type = headers.get("Content-Type")?.join(", ") ?? "";
  if (!isText(type)) warn(`Content-Type is not recognized as a text type, got ${JSON.stringify(type)}`);
  const answered = [...headers].map(([name, values]) => [name, stringValue(values.join(", "))] as const);
  return objectValue({
    url: stringValue(url),
    body: stringValue(body.toString("utf8")),
    request_headers: mapValue(STRING, answered),
  });
}

/** Packer's rule: a text, JSON or SAML metadata, in UTF-8 or ASCII unless it says nothing of that. */
function isText(contentType: string): boolean {
  const [type = "", ...parameters] = contentType
    .toLowerCase()
    .split(";")
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "");
  const isKnown = /^(text\/.+|application\/json|application\/samlmetadata\+xml)$/.test(type);
  return isKnown && (charset === undefined || charset === "utf-8" || charset === "us-ascii");
}
