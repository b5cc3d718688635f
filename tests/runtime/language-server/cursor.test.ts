import * as assert from "uvu/assert";
import { cursorAt } from "../../../runtime/language-server/cursor.js";
import { describe } from "../../support/describe.js";

/** The cursor at the bar. */
const at = (text: string) => cursorAt(text.replace("|", ""), text.indexOf("|"));

describe("the cursor of the language server", (test) => {
  test("at the start of a line an item of the innermost block stands", () => {
    const { blocks, spot, word } = at('source "null" "a" {\n  comm|');
    assert.equal(blocks, [{ type: "source", labels: ["null", "a"] }]);
    assert.equal(spot, { kind: "item" });
    assert.is(word, "comm");
  });

  test("behind an equals sign an expression stands, with the names before its last dot", () => {
    assert.equal(at("build {\n  name = var.na|").spot, { kind: "expression", attribute: "name", path: ["var"] });
    assert.equal(at("a = f(1, data.null.x.|").spot, {
      kind: "expression",
      attribute: "a",
      path: ["data", "null", "x"],
    });
    assert.equal(at('a = "x-${local.|').spot, { kind: "expression", attribute: "a", path: ["local"] });
    assert.equal(at("a = [\n  lo|").spot, { kind: "expression", attribute: "a", path: [] });
  });

  test("in the quotes of a header a label stands, and its index is how many are before it", () => {
    assert.equal(at('source "|').spot, { kind: "label", block: "source", labels: [] });
    assert.equal(at('source "null" "a|').spot, { kind: "label", block: "source", labels: ["null"] });
    assert.is(at('source "am|').word, "am");
  });

  test("in other quotes a text stands, with the argument that it belongs to", () => {
    const { spot, word } = at('build {\n  sources = ["source.nu|');
    assert.equal(spot, { kind: "text", attribute: "sources" });
    assert.is(word, "source.nu");
  });

  test("a string that nobody closed ends with its line", () => {
    const { blocks, spot } = at('source "null" "a" {\n  x = "open\n  y = var.|');
    assert.equal(blocks.length, 1);
    assert.equal(spot, { kind: "expression", attribute: "y", path: ["var"] });
  });

  test("blocks that are closed are not around the cursor; objects are no blocks", () => {
    assert.equal(at("variable a {\n  type = string\n}\n|").blocks, []);
    assert.equal(at('build {\n  provisioner "shell" {}\n  |').blocks, [{ type: "build", labels: [] }]);
    assert.equal(at("locals {\n  a = {\n    b = 1\n  }\n  |").blocks, [{ type: "locals", labels: [] }]);
  });

  test("in comments, keys of objects and behind a finished word nothing is to be said", () => {
    for (const text of ["# var.|", "a = {\n  ke|", "// x |", "source |"])
      assert.is(at(text).spot.kind, "nothing", text);
  });

  test("any text at all has a cursor at every place", () => {
    const hostile = '}}}"${{<<E\n"\n/* } ] ) "${\n%{ if\nx = <<-E\n${"${"}\n';
    for (let offset = 0; offset <= hostile.length; offset += 1) cursorAt(hostile, offset);
  });
});
