// The lexical grammar, token by token.
import * as assert from "uvu/assert";
import { tokensOf } from "../../../lang/syntax/parse.js";
import { describe } from "../../support/describe.js";

const kinds = (text: string): string =>
  tokensOf(text)
    .map(({ kind, text: own }) => `${kind} ${JSON.stringify(own)}`)
    .join(", ");

const rows: Readonly<Record<string, readonly (readonly [text: string, tokens: string])[]>> = {
  "words and numbers": [
    ["a-b_1", 'Ident "a-b_1"'],
    ["état日本", 'Ident "état日本"'],
    ["aé", 'Ident "aé"'],
    ["-a", 'Punct "-", Ident "a"'],
    ["1a", 'Number "1", Ident "a"'],
    ["1.5e-3", 'Number "1.5e-3"'],
    ["1.2.3..4", 'Number "1.2.3..4"'],
    ["1.a", 'Number "1", Punct ".", Ident "a"'],
    ["1e", 'Number "1", Ident "e"'],
    [".5", 'Punct ".", Number "5"'],
  ],
  "the longest mark": [
    ["a...", 'Ident "a", Punct "..."'],
    ["..", 'Punct ".", Punct "."'],
    ["===>", 'Punct "==", Punct "=>"'],
    ["a::b:c", 'Ident "a", Punct "::", Ident "b", Punct ":", Ident "c"'],
    ["&&|||", 'Punct "&&", Punct "||", Bad "|"'],
    ["<=<", 'Punct "<=", Punct "<"'],
    ["!!=", 'Punct "!", Punct "!="'],
  ],
  "blanks, lines and comments": [
    [" \t\n", 'Space " \\t", Newline "\\n"'],
    ["\r\n\r", 'Newline "\\r\\n", Bad "\\r"'],
    ["#a\r\r\nb", 'Comment "#a\\r", Newline "\\r\\n", Ident "b"'],
    ["//a", 'Comment "//a"'],
    ["/*a\n*/b", 'Comment "/*a\\n*/", Ident "b"'],
    ["/**/", 'Comment "/**/"'],
    ["*//*", 'Punct "*", Comment "//*"'],
    ["*/ /*", 'Punct "*", Punct "/", Space " ", Punct "/", Punct "*"'],
    ["/*/", 'Punct "/", Punct "*", Punct "/"'],
  ],
  "characters that mean nothing": [
    ["🙂", 'Bad "🙂"'],
    ["\ud83d", 'Bad "\\ud83d"'],
    ["\u00a0'~", 'Bad "\u00a0", Bad "\'", Bad "~"'],
    ["}", 'Punct "}"'],
  ],
  strings: [
    ['""', 'OQuote "\\"", CQuote "\\""'],
    ['"a\\"b\\\\"', 'OQuote "\\"", QuotedLit "a\\\\\\"b\\\\\\\\", CQuote "\\""'],
    ['"$${a}%%{"', 'OQuote "\\"", QuotedLit "$${a}%%{", CQuote "\\""'],
    ['"$$${a}"', 'OQuote "\\"", QuotedLit "$$${a}", CQuote "\\""'],
    ['"$%a"', 'OQuote "\\"", QuotedLit "$%a", CQuote "\\""'],
    ['"${~{}~}"', 'OQuote "\\"", TemplateInterp "${~", Punct "{", Punct "}", TemplateEnd "~}", CQuote "\\""'],
    ['"%{if}"', 'OQuote "\\"", TemplateControl "%{", Ident "if", TemplateEnd "}", CQuote "\\""'],
    ['"a\nb', 'OQuote "\\"", QuotedLit "a", CQuote "", Newline "\\n", Ident "b"'],
    ['"\\\nb', 'OQuote "\\"", QuotedLit "\\\\", CQuote "", Newline "\\n", Ident "b"'],
  ],
  heredocs: [
    ["<<E\na\nE\n", 'OHeredoc "<<E\\n", HeredocLit "a\\n", CHeredoc "E", Newline "\\n"'],
    ["<<-E\r\n  E \r\n", 'OHeredoc "<<-E\\r\\n", CHeredoc "  E ", Newline "\\r\\n"'],
    ["<<E\nE", 'OHeredoc "<<E\\n", HeredocLit "E"'],
    [
      "<<E\n${a}E\nE\n",
      'OHeredoc "<<E\\n", TemplateInterp "${", Ident "a", TemplateEnd "}", HeredocLit "E\\n", CHeredoc "E", Newline "\\n"',
    ],
    ['<<E\n\\n"\nE\n', 'OHeredoc "<<E\\n", HeredocLit "\\\\n\\"\\n", CHeredoc "E", Newline "\\n"'],
    [
      "<<E\n${<<F\nE\nF\n}\nE\n",
      'OHeredoc "<<E\\n", TemplateInterp "${", OHeredoc "<<F\\n", HeredocLit "E\\n", CHeredoc "F", Newline "\\n", TemplateEnd "}", HeredocLit "\\n", CHeredoc "E", Newline "\\n"',
    ],
    ["<<1\n", 'Punct "<", Punct "<", Number "1", Newline "\\n"'],
    ["<<E ", 'Punct "<", Punct "<", Ident "E", Space " "'],
  ],
};

describe("the scanner", (test) => {
  for (const [name, cases] of Object.entries(rows))
    for (const [text, tokens] of cases) test(`${name}: ${JSON.stringify(text)}`, () => assert.is(kinds(text), tokens));

  // Looking for an end at each beginning would take minutes.
  test("reads a megabyte of comments that nothing ends, and of marks", () => {
    assert.is(tokensOf("/* ".repeat(300_000)).length, 900_000);
    assert.is(tokensOf(`${"<<E".repeat(300_000)}`).length, 900_000);
  });
});
