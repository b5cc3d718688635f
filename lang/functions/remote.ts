import { STRING } from "../types/type.js";
import { withMarks } from "../values/marks.js";
import { asString, isNull, SENSITIVE, stringValue, unknownOf, type Value } from "../values/value.js";
import { allowing, defineValueFunc, str } from "./define.js";
import { type Func, FunctionError } from "./func.js";
import type { FunctionHost, RemoteCall } from "./host.js";

/** Functions that ask a service; what it answers is sensitive. Their answers come through the host; where it has none the value is unknown (validate asks nobody). */
// biome-ignore format: table
export const remote: readonly Func[] = [
  defineValueFunc("aws_secretsmanager", "A secret of AWS Secrets Manager, or one key of it.", [str("name"), allowing(str("key"), "null")], STRING, asking("aws_secretsmanager")),
  defineValueFunc("aws_secretsmanager_raw", "The text of a secret of AWS Secrets Manager.", [str("name")], STRING, asking("aws_secretsmanager_raw")),
  defineValueFunc("consul_key", "The value of a key of Consul.", [str("key")], STRING, asking("consul_key")),
  defineValueFunc("vault", "The value of a key at a path of Vault.", [str("path"), str("key")], STRING, asking("vault")),
];

function asking(name: RemoteCall["name"]): Func["impl"] {
  return (args, host) => answer(name, args, host);
}

function answer(name: RemoteCall["name"], args: readonly Value[], host: FunctionHost): Value {
  const given = host.remote?.({ name, args: args.map((arg) => (isNull(arg) ? null : asString(arg))) });
  if (given === undefined) return unknownOf(STRING, { notNull: true });
  if ("error" in given) throw new FunctionError(given.error);
  return withMarks(stringValue(given.text), SENSITIVE);
}
