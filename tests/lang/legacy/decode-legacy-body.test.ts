import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { decodeLegacyBody } from "../../../lang/legacy/decode-legacy-body.js";
import { loadLegacy } from "../../../lang/legacy/load-legacy.js";
import { asEntries, asItems, asString } from "../../../lang/values/value.js";
import { describe } from "../../support/describe.js";

describe("decodeLegacyBody", (test) => {
  const text = '{"builders":[{"type":"null","Tag":[{"key":"a","value":true}],"n":10,"m":{"a/b~":null}}]}';
  const template = loadLegacy("t.json", text, {}, collectDiagnostics());
  const body = template.sources.get("null.null")?.body;
  if (body?.dialect !== "legacy-json") throw new Error("no body");
  const { value, rangeOf } = decodeLegacyBody(body);

  test("keeps the JSON as it is, without the meta keys", () => {
    const entries = asEntries(value);
    assert.equal([...entries.keys()], ["Tag", "m", "n"]);
    const [tag] = asItems(entries.get("Tag") ?? value);
    assert.is(asString(asEntries(tag ?? value).get("key") ?? value), "a");
    assert.is(entries.get("n")?.type.kind, "number");
    assert.is(asEntries(entries.get("m") ?? value).get("a/b~")?.state, "null");
  });

  test("composes no characters, for a file of that name would not be found", () => {
    const decomposed = '{"builders":[{"type":"file","source":"cafe\u0301"}]}';
    const named = loadLegacy("t.json", decomposed, {}, collectDiagnostics()).sources.get("file.file")?.body;
    if (named?.dialect !== "legacy-json") throw new Error("no body");
    assert.is(asString(asEntries(decodeLegacyBody(named).value).get("source") ?? value), "cafe\u0301");
  });

  test("knows where everything stands, or what encloses it", () => {
    const textAt = (pointer: string): string => {
      const range = rangeOf(pointer);
      return text.slice(range?.start, range?.end);
    };
    assert.is(textAt("/Tag/0/key"), '"a"');
    assert.is(textAt("/tag/0/value"), "true");
    assert.is(textAt("/m/a~1b~0"), "null");
    assert.is(textAt("/n/nowhere"), "10");
    assert.is(textAt("/m/nowhere"), '{"a/b~":null}');
  });
});
