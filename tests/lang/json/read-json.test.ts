import * as assert from "uvu/assert";
import { collectDiagnostics } from "../../../lang/diagnostics/collect.js";
import { parseJsonFile } from "../../../lang/json/parse-file.js";
import { MAX_JSON_DEPTH, readJson } from "../../../lang/json/read-json.js";
import type { JsonNode } from "../../../lang/syntax/ast.js";
import { describe } from "../../support/describe.js";
import { marked } from "../../support/marked.js";
import { rows } from "../../support/rows.js";

function read(text: string | Uint8Array): {
  root: JsonNode | undefined;
  problems: string[];
  places: (number | undefined)[][];
} {
  const report = collectDiagnostics();
  const { root } = readJson("t.json", text, report);
  const { diagnostics } = report;
  const places = diagnostics.map(({ subject }) => [subject?.start, subject?.end]);
  return { root, problems: diagnostics.map(({ summary }) => summary), places };
}

/** Without positions. */
function plain(node: JsonNode | undefined): unknown {
  switch (node?.kind) {
    case "object":
      return node.properties.map(({ name, value }) => [name.text, plain(value)]);
    case "array":
      return { items: node.items.map(plain) };
    case "string":
      return node.text;
    case "number":
      return { number: node.text };
    case "bool":
      return node.value;
    default:
      return null;
  }
}

describe("readJson", (test) => {
  rows<[string, unknown]>(
    test,
    [
      [
        "all kinds",
        ' {"a":[1,true,false,null,"x"],"b":{}} ',
        [
          ["a", { items: [{ number: "1" }, true, false, null, "x"] }],
          ["b", []],
        ],
      ],
      [
        "numbers keep every digit",
        "[12345678901234567890.10, -0, 1e+400]",
        { items: [{ number: "12345678901234567890.10" }, { number: "-0" }, { number: "1e+400" }] },
      ],
      [
        "a name given twice is there twice",
        '{"a":{"x":1,"x":2}}',
        [
          [
            "a",
            [
              ["x", { number: "1" }],
              ["x", { number: "2" }],
            ],
          ],
        ],
      ],
      ["escapes", '"\\u00e9\\ud83d\\ude00\\n\\/\\"\\\\"', 'é😀\n/"\\'],
      ["a lone surrogate is replaced", '"a\\ud800b"', "a\ufffdb"],
      ["templates are text", '"{{ x }} ${y}"', "{{ x }} ${y}"],
      ["__proto__ is a plain name", '{"__proto__":1}', [["__proto__", { number: "1" }]]],
    ],
    (text, value) => {
      const { root, problems } = read(text);
      assert.equal(problems, []);
      assert.equal(plain(root), value);
    },
  );

  rows(
    test,
    [
      ["nothing", "«»", "Missing value"],
      ["data after the value", "{} «x»", "Extraneous data after value"],
      ["trailing comma in an object", '{"a":1«,»}', "Trailing comma in object"],
      ["trailing comma in an array", "[1«,»]", "Trailing comma in array"],
      ["equals sign", '{"a" «=» 1}', "Missing property value colon"],
      ["no colon", '{"a" «1»}', "Missing property value colon"],
      ["no value", '{"a"«}»', "Missing object value"],
      ["no value after the colon", '{"a":«}»', "Missing JSON value"],
      ["name without quotes", "{«a»: 1}", "Invalid JSON keyword"],
      ["number as a name", "{«1»: 1}", "Invalid object property name"],
      ["no comma in an object", '{"a":1 «"b"»:2}', "Missing attribute seperator comma"],
      ["no comma in an array", "[1 «2»]", "Missing attribute seperator comma"],
      ["colon in an array", '["a" «:» 1]', "Invalid array value"],
      ["wrong closer of an object", '{"a":1«]»', "Mismatched braces"],
      ["wrong closer of an array", "[1«}»", "Mismatched brackets"],
      ["object left open", '«{»"a":1', "Unclosed object"],
      ["array left open", "[«[»1", "Unclosed object"],
      ["comment", "«/»* no */ {}", "Invalid start of value"],
      ["byte order mark", "«\ufeff»{}", "Invalid start of value"],
      ["single quotes", "{«'»a': 1}", "Invalid start of value"],
      ["leading zero", "[«01»]", "Invalid JSON number"],
      ["plus sign", "[«+1»]", "Invalid JSON number"],
      ["bare point", "[«1.»]", "Invalid JSON number"],
      ["misspelt word", "[«tru»]", "Invalid JSON keyword"],
      ["NaN", "[«NaN»]", "Invalid JSON keyword"],
      ["unknown escape", '["ab«\\»q"]', "Invalid JSON string"],
      ["short escape", '["«\\»u12"]', "Invalid JSON string"],
      ["a tab inside a string", '["a«\t»b"]', "Invalid JSON string"],
      ["string left open", '{"a": «"»b', "Invalid JSON string"],
      ["string over a line end", '{"a": «"»b\n"}', "Invalid JSON string"],
    ],
    (source, summary) => {
      const { text, start, end } = marked(source);
      const { root, problems, places } = read(text);
      assert.is(root, undefined);
      assert.is(problems[0], summary);
      assert.equal(places[0], [start, end]);
    },
  );

  test("reports every bad leaf, and nothing after a broken structure", () => {
    assert.equal(read("[tru, 01, fals]").problems, [
      "Invalid JSON keyword",
      "Invalid JSON number",
      "Invalid JSON keyword",
    ]);
    assert.equal(read('[[1,], tru, {"a"}]').problems, ["Trailing comma in array"]);
  });

  test("suggests the word that was meant", () => {
    const report = collectDiagnostics();
    readJson("t.json", "[tru]", report);
    assert.match(report.diagnostics[0]?.detail ?? "", /Did you mean "true"\?/);
  });

  test("deep nesting is refused, not a stack overflow", () => {
    assert.equal(read("[".repeat(1_000_000)).problems, ["JSON nested too deeply"]);
    assert.equal(read('{"a":'.repeat(100_000)).problems, ["JSON nested too deeply"]);
    assert.equal(read("[".repeat(MAX_JSON_DEPTH - 1) + "]".repeat(MAX_JSON_DEPTH - 1)).problems, []);
  });

  test("a string of a megabyte, with and without escapes", () => {
    assert.is(plain(read(`"${"x".repeat(1_000_000)}"`).root), "x".repeat(1_000_000));
    assert.is(plain(read(`"${"\\n".repeat(1_000_000)}"`).root), "\n".repeat(1_000_000));
    assert.equal(read(`"${"\\n".repeat(1_000_000)}`).problems, ["Invalid JSON string"]);
  });

  test("bytes that are not UTF-8 become the replacement character", () => {
    assert.is(plain(read(Uint8Array.of(0x22, 0x61, 0xff, 0x22)).root), "a\ufffd");
  });
});

describe("parseJsonFile", (test) => {
  test("an object is the body", () => {
    const report = collectDiagnostics();
    const { body, tokens } = parseJsonFile("t.pkr.json", '{"a":1}', report);
    assert.is(body.kind === "JsonBody" && body.objects.length, 1);
    assert.equal([tokens, report.diagnostics], [[], []]);
  });
  test("an array of objects is one body", () => {
    const { body } = parseJsonFile("t.pkr.json", '[{"a":1},{"b":2}]', collectDiagnostics());
    assert.is(body.kind === "JsonBody" && body.objects.length, 2);
  });
  rows(
    test,
    [
      ["another root", '«"x"»', "Root value must be object", 0],
      ["an array with something else", "[{}, «5»]", "Incorrect JSON value type", 1],
      ["broken JSON", '{"a":1«,»}', "Trailing comma in object", 0],
    ],
    (source, summary, objects) => {
      const { text, start, end } = marked(source);
      const report = collectDiagnostics();
      const { body } = parseJsonFile("t.pkr.json", text, report);
      const [first] = report.diagnostics;
      assert.equal([first?.summary, first?.subject?.start, first?.subject?.end], [summary, start, end]);
      assert.is(body.kind === "JsonBody" && body.objects.length, objects);
    },
  );
});
