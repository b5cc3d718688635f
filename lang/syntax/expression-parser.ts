// HCL's expressions and templates, one rule a production. Rules run once while Chevrotain records them, with tokens that hold nothing.

import { EOF, type IToken, type TokenType } from "chevrotain";
import * as mistakes from "../diagnostics/catalog/syntax.js";
import type { Wording } from "../diagnostics/diagnostic.js";
import type { BinaryOp, Call, Expr, Name, ObjectItem, TemplateExpr } from "./ast.js";
import { CLOSER_OF, CLOSING } from "./brackets.js";
import { buildFor, type ForParts } from "./for-parts.js";
import { describeFound } from "./found.js";
import {
  attributeStep,
  callNode,
  conditional,
  endOf,
  indexStep,
  isWord,
  nameOf,
  numberNode,
  sequencePiece,
  textPiece,
  withStep,
  wordNode,
} from "./nodes.js";
import { PlainReader } from "./plain-reader.js";
import { isNumber, plainOperandLength } from "./plain-syntax.js";
import { binaryTree, type Operation } from "./precedence.js";
import { type Reading, ReportingParser } from "./reporting-parser.js";
import { pairDirectives, type Sequence } from "./template-directives.js";
import { type EscapeProblem, type Piece, templateParts, unescapeHeredoc, unescapeQuoted } from "./template-text.js";
import * as T from "./tokens.js";

type Form = TemplateExpr["form"];

const [QUESTION, OPERATORS] = [T.codesOf([T.Question]), T.codesOf(T.BINARY_OPERATORS)];
const [SIGNS, STEPS] = [T.codesOf([T.Minus, T.Not]), T.codesOf([T.Dot, T.LBracket])];
const BEHIND_NAME = T.codesOf([T.DoubleColon, T.LParen]);

export abstract class ExpressionParser extends ReportingParser {
  /** Whether all names are in normal form C as they stand there, as ASCII is. */
  #isComposed = false;
  protected readonly plain = new PlainReader(this, {
    name: (image) => (this.#isComposed ? image : image.normalize("NFC")),
    literal: (image, start) => this.unescaped(image, start),
  });

  protected override begin(reading: Reading): void {
    super.begin(reading);
    this.#isComposed = Buffer.byteLength(reading.file.text) === reading.file.text.length;
  }

  protected get isComposed(): boolean {
    return this.#isComposed;
  }

  protected wholeExpression = this.RULE("wholeExpression", (): Expr => {
    try {
      const expr = this.SUBRULE(this.expression);
      this.need(EOF, () => mistakes.extraAfterExpression());
      return expr;
    } catch (error) {
      return this.unread(error);
    }
  });

  /** Expression = Operation ("?" Expression ":" Operation)*, the arms nesting to the right */
  protected expression = this.RULE("expression", (): Expr => {
    const plain = this.plainOperand(plainOperandLength(this, 1));
    if (plain !== undefined) return plain;
    const first = this.SUBRULE(this.operation);
    if (!this.mayGoOn(QUESTION)) return first;
    const arms: { readonly then: Expr; readonly next: Expr }[] = [];
    this.MANY(() => {
      this.CONSUME(T.Question);
      const then = this.SUBRULE(this.expression);
      this.need(T.Colon, () => mistakes.missingFalseExpression());
      this.CONSUME(T.Colon);
      const next = this.SUBRULE2(this.operation);
      this.ACTION(() => arms.push({ then, next }));
    });
    return arms.length === 0 ? first : this.made(() => conditional(first, arms));
  });

  /** Operation = Unary (BinaryOperator Unary)* */
  private operation = this.RULE("operation", (): Expr => {
    const first = this.SUBRULE(this.unary);
    if (!this.mayGoOn(OPERATORS)) return first;
    const rest: Operation[] = [];
    this.MANY(() => {
      const op = this.CONSUME(T.BinaryOperator);
      const right = this.SUBRULE2(this.unary);
      this.ACTION(() => rest.push({ op: op.image as BinaryOp, right }));
    });
    return rest.length === 0 ? first : this.made(() => binaryTree(first, rest));
  });

  /** Unary = ("-" | "!")* Traversed */
  private unary = this.RULE("unary", (): Expr => {
    if (!this.mayGoOn(SIGNS)) return this.SUBRULE1(this.traversed);
    const signs: IToken[] = [];
    this.MANY(() => {
      const sign = this.OR([{ ALT: () => this.CONSUME(T.Minus) }, { ALT: () => this.CONSUME(T.Not) }]);
      this.ACTION(() => signs.push(sign));
    });
    const operand = this.SUBRULE(this.traversed);
    return signs.reduceRight<Expr>(
      (inner, sign) => ({
        kind: "Unary",
        op: sign.image as "-" | "!",
        operand: inner,
        start: sign.startOffset,
        end: inner.end,
      }),
      operand,
    );
  });

  /** Traversed = Term ("." (Identifier | Number | "*") | "[" (Expression | "*") "]")* */
  private traversed = this.RULE("traversed", (): Expr => {
    let expr = this.SUBRULE(this.term);
    if (!this.mayGoOn(STEPS)) return expr;
    this.MANY(() => {
      const next = this.OR<Expr>([
        { ALT: () => this.SUBRULE(this.dotStep, { ARGS: [expr] }) },
        { ALT: () => this.SUBRULE(this.bracketStep, { ARGS: [expr] }) },
      ]);
      this.ACTION(() => (expr = next));
    });
    return expr;
  });

  private dotStep = this.RULE("dotStep", (from: Expr): Expr => {
    this.CONSUME(T.Dot);
    this.ACTION(() => {
      if (!this.isNext(T.Ident, T.NumberToken, T.Star)) this.fail(mistakes.invalidAttributeName());
    });
    return this.OR<Expr>([
      {
        ALT: () => {
          const name = this.CONSUME(T.Ident);
          return this.made(() => attributeStep(from, nameOf(name)));
        },
      },
      {
        ALT: () => {
          const index = this.CONSUME(T.NumberToken);
          return this.made(() => this.legacyIndex(from, index));
        },
      },
      {
        ALT: () => {
          const star = this.CONSUME(T.Star);
          return this.made(() => this.attributeSplat(from, star));
        },
      },
    ]);
  });

  private legacyIndex(from: Expr, index: IToken): Expr {
    if (index.image.includes(".")) this.fail(mistakes.legacyIndex(index.image), index);
    return indexStep(from, numberNode(index.image, index.startOffset), endOf(index), true);
  }

  private attributeSplat(source: Expr, star: IToken): Expr {
    const end = endOf(star);
    if (source.kind !== "Splat") return { kind: "Splat", source, style: ".*", each: [], start: source.start, end };
    if (source.style === ".*" || source.each.at(-1)?.kind === "AttrSplatStep") this.fail(mistakes.nestedSplat(), star);
    return withStep(source, { kind: "AttrSplatStep", each: [], start: star.startOffset, end }, end);
  }

  private bracketStep = this.RULE("bracketStep", (from: Expr): Expr => {
    this.CONSUME(T.LBracket);
    const key = this.OR<Expr | undefined>([
      {
        ALT: () => {
          this.CONSUME(T.Star);
          return undefined;
        },
      },
      { ALT: () => this.SUBRULE(this.expression) },
    ]);
    this.ACTION(() => {
      if (this.isNext(T.RBracket)) return;
      this.fail(
        key === undefined ? mistakes.missingSplatBracket() : mistakes.missingCloseBracket(),
        this.nextClosing(T.RBracket),
      );
    });
    const close = this.CONSUME(T.RBracket);
    return this.made(() =>
      key === undefined
        ? { kind: "Splat", source: from, style: "[*]", each: [], start: from.start, end: endOf(close) }
        : indexStep(from, key, endOf(close), false),
    );
  });

  /** Made once, as Chevrotain advises: an operand would make twenty objects of them. */
  readonly #terms = {
    // One token tells which, and the gates the rest: with more, a mistake behind a bracket would be told of the bracket.
    MAX_LOOKAHEAD: 1,
    IGNORE_AMBIGUITIES: true,
    DEF: [
      { ALT: (): Expr => this.SUBRULE(this.number) },
      { ALT: (): Expr => this.SUBRULE(this.name) },
      { ALT: (): Expr => this.SUBRULE(this.quoted) },
      { ALT: (): Expr => this.SUBRULE(this.heredoc) },
      { ALT: (): Expr => this.SUBRULE(this.parens) },
      { GATE: () => this.startsFor(), ALT: (): Expr => this.SUBRULE(this.forTuple) },
      { ALT: (): Expr => this.SUBRULE(this.tuple) },
      { GATE: () => this.startsFor(), ALT: (): Expr => this.SUBRULE(this.forObject) },
      { ALT: (): Expr => this.SUBRULE(this.object) },
    ],
  };

  private term = this.RULE("term", (): Expr => this.OR(this.#terms));

  private startsFor(): boolean {
    const next = this.LA(2);
    return next.tokenType === T.Ident && next.image === "for";
  }

  private number = this.RULE("number", (): Expr => {
    const token = this.CONSUME(T.NumberToken);
    return this.made(() => {
      if (!isNumber(token.image)) this.fail(mistakes.invalidNumber(token.image), token);
      return numberNode(token.image, token.startOffset);
    });
  });

  /** A literal word, a variable, or (with parentheses behind it) a function call. */
  private name = this.RULE("name", (): Expr => {
    const first = this.CONSUME(T.Ident);
    if (!this.mayGoOn(BEHIND_NAME)) return wordNode(nameOf(first));
    const words = [first];
    this.MANY(() => {
      this.CONSUME(T.DoubleColon);
      this.need(T.Ident, () => mistakes.missingFunctionName());
      const word = this.CONSUME2(T.Ident);
      this.ACTION(() => words.push(word));
    });
    this.ACTION(() => {
      if (words.length > 1) this.need(T.LParen, () => mistakes.missingOpenParenthesis());
    });
    let call: Call | undefined;
    this.OPTION(() => {
      call = this.SUBRULE(this.call, { ARGS: [words] });
    });
    return call ?? this.made(() => wordNode(nameOf(first)));
  });

  /** Call = Identifier "(" (Expression ("," Expression)* ("," | "...")?)? ")" */
  private call = this.RULE("call", (words: readonly IToken[] = []): Call => {
    const open = this.CONSUME(T.LParen);
    const args: Expr[] = [];
    let expandLast = false;
    this.untilClosed(T.RParen, () => {
      const value = this.SUBRULE(this.expression);
      this.ACTION(() => args.push(value));
      this.OPTION(() => {
        const ellipsis = this.CONSUME(T.Ellipsis);
        this.ACTION(() => {
          expandLast = true;
          if (!this.isNext(T.RParen)) this.fail(mistakes.missingCloseParenthesis(), ellipsis);
        });
      });
      this.separated(T.RParen, words[0] ?? open, open, mistakes.unterminatedCall, mistakes.missingArgumentSeparator);
    });
    const close = this.CONSUME(T.RParen);
    return this.made(() => callNode(words, args, expandLast, open, close));
  });

  private parens = this.RULE("parens", (): Expr => {
    const open = this.CONSUME(T.LParen);
    const expr = this.SUBRULE(this.expression);
    this.need(T.RParen, () => mistakes.unbalancedParentheses());
    const close = this.CONSUME(T.RParen);
    return this.made(() => ({ kind: "Parens", expr, start: open.startOffset, end: endOf(close) }));
  });

  /** Tuple = "[" (Expression ("," Expression)* ","?)? "]" */
  private tuple = this.RULE("tuple", (): Expr => {
    const open = this.CONSUME(T.LBracket);
    const items: Expr[] = [];
    this.untilClosed(T.RBracket, () => {
      const item = this.SUBRULE(this.expression);
      this.ACTION(() => items.push(item));
      this.separated(T.RBracket, open, open, mistakes.unterminatedTuple, mistakes.missingItemSeparator);
    });
    const close = this.CONSUME(T.RBracket);
    return this.made(() => ({ kind: "Tuple", items, start: open.startOffset, end: endOf(close) }));
  });

  /** Items up to `close`; runs `item` once while recording. */
  private untilClosed(close: TokenType, item: () => void): void {
    this.MANY9({ GATE: () => !this.isNext(close), DEF: item });
    // MANY stops where no expression can begin, which is a mistake unless the bracket closes here.
    this.ACTION(() => {
      if (!this.isNext(close)) this.fail(this.missingTerm());
    });
  }

  /** A comma between items; `unterminated` at the end of the file. */
  private separated(
    close: TokenType,
    from: IToken,
    to: IToken,
    unterminated: () => Wording,
    missing: () => Wording,
  ): void {
    this.ACTION(() => {
      if (this.isNext(close, T.Comma)) return;
      if (this.isNext(EOF)) this.fail(unterminated(), from, to);
      this.fail(missing());
    });
    this.OPTION9(() => this.CONSUME9(T.Comma));
  }

  /** Object = "{" (Item ("," | Newline) …)* "}" */
  private object = this.RULE("object", (): Expr => {
    const open = this.CONSUME(T.LBrace);
    const items: ObjectItem[] = [];
    this.MANY({
      GATE: () => !this.isNext(T.RBrace),
      DEF: () =>
        this.OR([
          { ALT: () => this.CONSUME(T.Newline) },
          {
            ALT: () => {
              const item = this.SUBRULE(this.objectItem, { ARGS: [open] });
              this.ACTION(() => items.push(item));
            },
          },
        ]),
    });
    this.ACTION(() => {
      if (!this.isNext(T.RBrace)) this.fail(this.missingTerm());
    });
    const close = this.CONSUME(T.RBrace);
    return this.made(() => ({ kind: "Object", items, start: open.startOffset, end: endOf(close) }));
  });

  private objectItem = this.RULE("objectItem", (open: IToken): ObjectItem => {
    const key = this.SUBRULE(this.expression);
    this.ACTION(() => {
      if (this.isNext(T.Equals, T.Colon)) return;
      if (this.isNext(EOF)) this.fail(mistakes.unterminatedObject(), open);
      this.fail(this.isNext(T.Newline, T.Comma) ? mistakes.missingAttributeValue() : mistakes.missingKeySeparator());
    });
    this.OR([{ ALT: () => this.CONSUME(T.Equals) }, { ALT: () => this.CONSUME(T.Colon) }]);
    const value = this.SUBRULE2(this.expression);
    this.ACTION(() => {
      if (this.isNext(T.RBrace, T.Comma, T.Newline)) return;
      if (this.isNext(EOF)) this.fail(mistakes.unterminatedObject(), open);
      this.fail(mistakes.missingAttributeSeparator());
    });
    this.OPTION(() => this.OR2([{ ALT: () => this.CONSUME(T.Comma) }, { ALT: () => this.CONSUME(T.Newline) }]));
    return this.made(() => ({ key, bareKey: key.kind === "Variable" || isWord(key), value }));
  });

  /** "[" "for" … ":" Expression ("if" Expression)? "]" */
  private forTuple = this.RULE("forTuple", (): Expr => this.forBetween(T.LBracket, "tuple", T.RBracket, "bracket"));

  /** "{" "for" … ":" Expression "=>" Expression "..."? ("if" Expression)? "}" */
  private forObject = this.RULE("forObject", (): Expr => this.forBetween(T.LBrace, "object", T.RBrace, "brace"));

  private forBetween(opener: TokenType, result: "tuple" | "object", closer: TokenType, word: string): Expr {
    const open = this.CONSUME(opener);
    const parts = this.SUBRULE(this.forParts);
    this.need(closer, () =>
      mistakes.invalidFor(`Only "if" and a condition, or the closing ${word}, may follow the result.`),
    );
    const close = this.CONSUME(closer);
    return this.made(() => buildFor(result, parts, open.startOffset, endOf(close)));
  }

  /** "for" Identifier ("," Identifier)? "in" Expression ":" Expression ("=>" Expression)? "..."? ("if" Expression)? */
  private forParts = this.RULE("forParts", (): ForParts => {
    this.CONSUME(T.Ident);
    const { key, value } = this.forNames((why) => mistakes.invalidFor(why));
    const collection = this.SUBRULE(this.expression);
    this.need(T.Colon, () => mistakes.invalidFor('A ":" is expected between the collection and the result.'));
    this.CONSUME(T.Colon);
    let result = this.SUBRULE2(this.expression);
    let resultKey: Expr | undefined;
    this.OPTION(() => {
      this.CONSUME(T.FatArrow);
      const member = this.SUBRULE3(this.expression);
      this.ACTION(() => ([resultKey, result] = [result, member]));
    });
    let grouped: IToken | undefined;
    this.OPTION2(() => {
      grouped = this.CONSUME(T.Ellipsis);
    });
    let condition: Expr | undefined;
    this.OPTION3({
      GATE: () => this.LA(1).image === "if",
      DEF: () => {
        this.CONSUME2(T.Ident);
        condition = this.SUBRULE4(this.expression);
      },
    });
    return { key, value, collection, resultKey, result, condition, grouped };
  });

  /** `k, v in` or `v in`: of a for expression or directive. */
  private forNames(refuse: (why: string) => Wording): { readonly key: Name | undefined; readonly value: Name } {
    this.need(T.Ident, () => refuse('The name of a variable is expected behind "for".'));
    const first = this.CONSUME7(T.Ident);
    let second: IToken | undefined;
    this.OPTION7(() => {
      this.CONSUME7(T.Comma);
      this.need(T.Ident, () => refuse("The name of a second variable is expected behind the comma."));
      second = this.CONSUME8(T.Ident);
    });
    this.ACTION(() => {
      if (this.LA(1).image !== "in") this.fail(refuse('The word "in" is expected behind the names.'));
    });
    this.CONSUME9(T.Ident);
    return second === undefined
      ? { key: undefined, value: nameOf(first) }
      : { key: nameOf(first), value: nameOf(second) };
  }

  // ─── templates ─────────────────────────────────────────────────────────────

  protected wholeTemplate = this.RULE("wholeTemplate", (): Expr => {
    try {
      const pieces = this.SUBRULE(this.pieces, { ARGS: ["bare"] });
      this.need(EOF, () => mistakes.unterminatedTemplate(""));
      return this.made(() => this.templateNode(pieces, "bare", 0, this.file.text.length, this.LA(1)));
    } catch (error) {
      return this.unread(error);
    }
  });

  private quoted = this.RULE("quoted", (): Expr => {
    const open = this.CONSUME(T.OQuote);
    const pieces = this.SUBRULE(this.pieces, { ARGS: ["quoted"] });
    this.need(T.CQuote, () => mistakes.unterminatedTemplate(""));
    const close = this.CONSUME(T.CQuote);
    return this.made(() => this.templateNode(pieces, "quoted", open.startOffset, endOf(close), close));
  });

  private heredoc = this.RULE("heredoc", (): Expr => {
    const open = this.CONSUME(T.OHeredoc);
    const form = open.image.startsWith("<<-") ? "flush-heredoc" : "heredoc";
    const pieces = this.SUBRULE(this.pieces, { ARGS: [form] });
    this.need(T.CHeredoc, () => mistakes.unterminatedTemplate(this.heredocHint(open)));
    const close = this.CONSUME(T.CHeredoc);
    return this.made(() => this.templateNode(pieces, form, open.startOffset, endOf(close), close));
  });

  /** The end of the file says nothing of where it began. */
  private heredocHint({ image, startOffset }: IToken): string {
    const { line } = this.file.positionAt(startOffset);
    return ` The heredoc that begins on line ${line} ends with a line that holds ${image.replace(/^<<-?/, "").trim()} and nothing else.`;
  }

  private templateNode(
    pieces: readonly Piece<Sequence>[],
    form: Form,
    start: number,
    end: number,
    close: IToken,
  ): Expr {
    const parts = pairDirectives(templateParts(pieces, form), this.placeOf(close));
    return { kind: "Template", form, parts, start, end };
  }

  private pieces = this.RULE("pieces", (form: Form): Piece<Sequence>[] => {
    const found: Piece<Sequence>[] = [];
    const first = this.LA(1);
    this.MANY(() => {
      const piece = this.OR<Piece<Sequence>>([
        { ALT: () => this.quotedText(this.CONSUME(T.QuotedLit)) },
        { ALT: () => this.plainText(this.CONSUME(T.HeredocLit)) },
        { ALT: () => this.SUBRULE(this.interpolation, { ARGS: [form, first] }) },
        { ALT: () => this.SUBRULE(this.directive) },
      ]);
      this.ACTION(() => found.push(piece));
    });
    return found;
  });

  private quotedText(token: IToken): Piece<Sequence> {
    return this.made(() => textPiece(this.unescaped(token.image, token.startOffset), token));
  }

  private plainText(token: IToken): Piece<Sequence> {
    return this.made(() => textPiece(unescapeHeredoc(token.image), token));
  }

  /** The text of a quoted literal; what is no escape is reported, and reading goes on. */
  protected unescaped(image: string, start: number): string {
    return unescapeQuoted(image, start, this.#refuseEscape);
  }

  // One for all: most strings of a large file are asked for here, and have no escape at all.
  readonly #refuseEscape = ({ start, end, found }: EscapeProblem): void =>
    this.reportAt(mistakes.invalidEscape(found), { start, end });

  private interpolation = this.RULE("interpolation", (form: Form, first: IToken): Piece<Sequence> => {
    const open = this.CONSUME(T.TemplateInterp);
    const expr = this.SUBRULE(this.expression);
    this.ACTION(() => {
      if (this.isNext(T.TemplateEnd)) return;
      const quote = form === "quoted" && this.isNext(T.OQuote, T.CQuote);
      // HCL's place for it is where the template begins.
      if (quote || this.isNext(EOF)) this.fail(mistakes.unclosedInterpolation(), first, open);
      this.fail(mistakes.extraAfterInterpolation());
    });
    const close = this.CONSUME(T.TemplateEnd);
    return this.made(() => sequencePiece({ kind: "interp", expr }, open, close));
  });

  private directive = this.RULE("directive", (): Piece<Sequence> => {
    const open = this.CONSUME(T.TemplateControl);
    this.need(T.Ident, () => mistakes.invalidDirective());
    const sequence = this.OR<Sequence>({
      MAX_LOOKAHEAD: 1,
      IGNORE_AMBIGUITIES: true,
      DEF: [
        { GATE: () => this.LA(1).image === "if", ALT: () => this.SUBRULE(this.ifMarker) },
        { GATE: () => this.LA(1).image === "for", ALT: () => this.SUBRULE(this.forMarker) },
        { ALT: () => this.SUBRULE(this.endMarker) },
      ],
    });
    this.ACTION(() => {
      if (!this.isNext(T.TemplateEnd)) this.fail(mistakes.extraInDirective(sequence.kind));
    });
    const close = this.CONSUME(T.TemplateEnd);
    return this.made(() => sequencePiece(sequence, open, close));
  });

  private ifMarker = this.RULE("ifMarker", (): Sequence => {
    this.CONSUME(T.Ident);
    return { kind: "if", condition: this.SUBRULE(this.expression) };
  });

  private forMarker = this.RULE("forMarker", (): Sequence => {
    this.CONSUME(T.Ident);
    const { key, value } = this.forNames((why) => mistakes.invalidForDirective(why));
    const collection = this.SUBRULE(this.expression);
    return { kind: "for", key, value, collection };
  });

  private endMarker = this.RULE("endMarker", (): Sequence => {
    const word = this.CONSUME(T.Ident);
    return this.made(() => {
      const kind = word.image;
      if (kind !== "else" && kind !== "endif" && kind !== "endfor") this.fail(mistakes.unknownDirective(kind), word);
      return { kind };
    });
  });

  /** The operand that the next `length` tokens are; undefined when that is none. */
  protected plainOperand(length: number): Expr | undefined {
    return length === 0 ? undefined : this.plain.takeOperand(length);
  }

  private missingTerm(): Wording {
    const next = this.LA(1);
    return next.tokenType === EOF ? mistakes.missingExpression() : mistakes.invalidExpression(describeFound(next));
  }

  /** The bracket that closes what is open here, or the end of the file: where HCL points when an index goes on. */
  private nextClosing(closer: TokenType): IToken {
    let distance = 1;
    for (let depth = 0; ; distance += 1) {
      const code = this.codeAhead(distance);
      if (code === T.END || (code === closer.tokenTypeIdx && depth === 0)) return this.LA(distance);
      if (CLOSER_OF[code] !== 0) depth += 1;
      else if (CLOSING[code] === 1) depth = Math.max(0, depth - 1);
    }
  }
}
