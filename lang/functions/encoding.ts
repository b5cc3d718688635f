import { constants, gzipSync } from "node:zlib";
import { DYNAMIC, objectOf, STRING, type Type } from "../types/type.js";
import { encodeJson, JsonError } from "../values/json.js";
import { isWhollyKnown } from "../values/marks.js";
import { parseNumber } from "../values/number.js";
import {
  boolValue,
  listValue,
  NULL,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  unknownOf,
  type Value,
} from "../values/value.js";
import { argument, onTexts, textOf } from "./arguments.js";
import { parseCsv } from "./csv.js";
import { allowing, any, defineValueFunc, str } from "./define.js";
import { ArgError, type Func, FunctionError } from "./func.js";
import { codecOf } from "./iana-encodings.js";
import { readJsonText } from "./json-text.js";
import { type TextEncoding, textEncoding } from "./text-encoding.js";
import { decodeYaml } from "./yaml-decode.js";
import { encodeYaml } from "./yaml-encode.js";

// biome-ignore format: table
export const encoding: readonly Func[] = [
  defineValueFunc("base64decode", "Decodes base64 into text.", [str("str")], STRING, onTexts((text = "") => decodeText(text))),
  defineValueFunc("base64encode", "Encodes text as base64.", [str("str")], STRING, onTexts((text = "") => Buffer.from(text).toString("base64"))),
  defineValueFunc("base64gzip", "Compresses text with gzip, then encodes it as base64.", [str("str")], STRING, onTexts((text = "") => gzip(text).toString("base64"))),
  defineValueFunc("csvdecode", "Rows of comma-separated values, as objects by the first row's names.", [str("str")], csvType, (args) => decodeCsv(textOf(args, 0))),
  defineValueFunc("jsondecode", "Reads JSON.", [str("str")], DYNAMIC, (args) => decodeJson(textOf(args, 0))),
  defineValueFunc("jsonencode", "Prints a value as JSON.", [allowing(any("val"), "null", "unknown", "dynamic")], STRING, encoded(encodeJson)),
  defineValueFunc("textdecodebase64", "Decodes base64 of text in a character encoding.", [str("source"), str("encoding")], STRING, decodeWith),
  defineValueFunc("textencodebase64", "Encodes text in a character encoding, then as base64.", [str("string"), str("encoding")], STRING, encodeWith),
  defineValueFunc("yamldecode", "Reads YAML.", [str("src")], DYNAMIC, (args) => decodeYaml(textOf(args, 0))),
  defineValueFunc("yamlencode", "Prints a value as YAML.", [allowing(any("value"), "null", "unknown", "dynamic")], STRING, encoded((value) => encodeYaml(value))),
];

/** Standard alphabet, padded; line breaks inside are allowed, as in Go. Undefined when it is something else. */
function decodeBase64(text: string): Buffer | undefined {
  const plain = text.replace(/[\r\n]/g, "");
  return plain.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(plain) ? Buffer.from(plain, "base64") : undefined;
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function decodeText(text: string): string {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw new FunctionError(`failed to decode base64 data ${JSON.stringify(text)}`);
  const decoded = utf8(bytes);
  if (decoded === undefined) throw new FunctionError("the result of decoding the provided string is not valid UTF-8");
  return decoded;
}

/** With a flush before the end, as the original's writer does: tools that compare the text see the same bytes where the compressors agree. */
function gzip(text: string): Buffer {
  const bytes = gzipSync(text, { finishFlush: constants.Z_FINISH });
  // Go leaves the operating system open.
  bytes[9] = 255;
  return bytes;
}

function encoded(print: (value: Value) => string): Func["impl"] {
  return (args) => {
    const value = argument(args, 0);
    if (!isWhollyKnown(value)) return unknownOf(STRING, { notNull: true });
    try {
      return stringValue(print(value));
    } catch (error) {
      if (error instanceof JsonError) throw new FunctionError(error.message);
      throw error;
    }
  };
}

function decodeJson(text: string): Value {
  return readJsonText(text, {
    string: stringValue,
    number: (digits) => numberValue(parseNumber(digits) ?? invalidNumber(digits)),
    bool: boolValue,
    null: () => NULL,
    array: tupleValue,
    object: objectValue,
  });
}

function invalidNumber(digits: string): never {
  throw new FunctionError(`invalid number ${digits}`);
}

function csvType(args: readonly Value[]): Type {
  const text = argument(args, 0);
  if (text.state !== "known") return DYNAMIC;
  return decodeCsv(textOf(args, 0)).type;
}

function decodeCsv(text: string): Value {
  const [header, ...rows] = csvRows(text);
  if (header === undefined) throw new FunctionError("missing header line");
  const names = header.fields;
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw new FunctionError(`duplicate column name ${JSON.stringify(repeated)}`);
  const element = objectOf(new Map(names.map((name) => [name, STRING])));
  return listValue(
    element,
    rows.map(({ line, fields }) => csvRecord(names, fields, line)),
  );
}

function csvRows(text: string): ReturnType<typeof parseCsv> {
  try {
    return parseCsv(text);
  } catch (error) {
    if (error instanceof FunctionError) throw new FunctionError(`CSV ${error.message}`);
    throw error;
  }
}

function csvRecord(names: readonly string[], fields: readonly string[], line: number): Value {
  if (fields.length !== names.length)
    throw new FunctionError(`CSV parse error on line ${line}: wrong number of fields`);
  return objectValue(names.map((name, i) => [name, stringValue(fields[i] ?? "")] as const));
}

function encodingArg(args: readonly Value[]): TextEncoding {
  const name = textOf(args, 1);
  const codec = codecOf(name);
  if (codec === undefined)
    throw new ArgError(1, `${JSON.stringify(name)} is not a supported IANA encoding name or alias`);
  return textEncoding(codec, name);
}

function encodeWith(args: readonly Value[]): Value {
  const target = encodingArg(args);
  const bytes = target.encode(textOf(args, 0));
  if (bytes === undefined) {
    throw new ArgError(0, `the given string contains characters that cannot be represented in ${target.name}`);
  }
  return stringValue(Buffer.from(bytes).toString("base64"));
}

function decodeWith(args: readonly Value[]): Value {
  const source = encodingArg(args);
  const bytes = decodeBase64(textOf(args, 0));
  if (bytes === undefined) throw new ArgError(0, "the given value has an invalid base64 symbol");
  const text = source.decode(bytes);
  if (text === undefined) throw new ArgError(0, `the given string contains bytes that are not valid in ${source.name}`);
  return stringValue(text);
}
