// HCL's grammar, one rule a production: files and bodies here, what stands in them in expression-parser.ts. A mistake ends the body item
// that it stands in: it is reported, and reading goes on behind the item.

import { EOF, type ILookaheadStrategy, type IToken } from "chevrotain";
import * as mistakes from "../diagnostics/catalog/syntax.js";
import { at } from "../diagnostics/diagnostic.js";
import type { Attribute, Block, Expr, Label, NativeBody } from "./ast.js";
import { ExpressionParser } from "./expression-parser.js";
import { LOOKAHEAD } from "./lookahead.gen.js";
import { blockNode, endOf, nameOf, type Place } from "./nodes.js";
import { endsLine, plainBodyLength, plainHeaderLength, plainLabelLength } from "./plain-syntax.js";
import type { Reading } from "./reporting-parser.js";
import * as T from "./tokens.js";
import { UnreadBody } from "./unread-body.js";

type Item = Attribute | Block;

const [NEWLINE, RBRACE] = [T.codeOf(T.Newline), T.codeOf(T.RBrace)];

export class HclParser extends ExpressionParser {
  /** With a strategy, Chevrotain analyses and validates the grammar itself (analysis.ts). */
  constructor(analyse?: ILookaheadStrategy) {
    const vocabulary = [...T.VOCABULARY];
    const strategy = analyse === undefined ? {} : { lookaheadStrategy: analyse, skipValidations: false };
    super(vocabulary, { maxLookahead: 1, recoveryEnabled: false, skipValidations: true, ...strategy });
    if (analyse === undefined) this.adoptAnalysis(LOOKAHEAD, vocabulary);
    else this.performSelfAnalysis();
  }

  // ─── entry points ──────────────────────────────────────────────────────────

  readFile(reading: Reading): NativeBody {
    this.begin(reading);
    return this.fileBody();
  }

  /** An expression and nothing behind it. */
  readExpression(reading: Reading): Expr {
    this.begin(reading);
    return this.wholeExpression();
  }

  /** A template without quotes around it. */
  readTemplate(reading: Reading): Expr {
    this.begin(reading);
    return this.wholeTemplate();
  }

  // ─── bodies ────────────────────────────────────────────────────────────────

  /** File = (Newline | BodyItem)* EOF */
  private fileBody = this.RULE("fileBody", (): NativeBody => {
    const items = this.SUBRULE(this.items);
    return this.made(() => ({ kind: "Body", items, start: 0, end: this.file.text.length }));
  });

  /** Adds to those that were found before. */
  private items = this.RULE("items", (found: Item[] = []): Item[] => {
    do {
      this.MANY(() => {
        if (this.takePlainItems(found)) return;
        this.OR([
          { ALT: () => this.CONSUME(T.Newline) },
          {
            ALT: () => {
              const item = this.SUBRULE(this.bodyItem);
              this.ACTION(() => item !== undefined && this.keep(item, found));
            },
          },
        ]);
      });
    } while (this.passStrayTokens());
    this.ACTION(() => this.refuseRepeated(found));
    return found;
  });

  /** BodyItem = Identifier ("=" Expression Newline | Label* "{" Body "}" Newline) */
  private bodyItem = this.RULE("bodyItem", (): Attribute | Block | undefined => {
    const start = this.LA(1);
    try {
      const name = this.CONSUME(T.Ident);
      return this.OR<Attribute | Block>([
        { ALT: () => this.SUBRULE(this.attribute, { ARGS: [name] }) },
        { ALT: () => this.SUBRULE(this.block, { ARGS: [name] }) },
      ]);
    } catch (error) {
      this.complain(error);
      this.skipBehind(start.startOffset);
      return undefined;
    }
  });

  private attribute = this.RULE("attribute", (name: IToken): Attribute => {
    const attribute = this.SUBRULE(this.assignment, { ARGS: [name] });
    this.ACTION(() => {
      if (this.isNext(T.Newline, EOF)) return;
      const comma = this.isNext(T.Comma);
      this.report(comma ? mistakes.commaAfterArgument() : mistakes.missingNewlineAfterArgument(), this.LA(1));
      this.skipBehind(name.startOffset);
    });
    return attribute;
  });

  /** `name = expression`, whatever follows. */
  private assignment = this.RULE("assignment", (name: IToken): Attribute => {
    this.CONSUME(T.Equals);
    const value = this.SUBRULE(this.expression);
    return this.made(() => ({ kind: "Attribute", name: nameOf(name), value, start: name.startOffset, end: value.end }));
  });

  private block = this.RULE("block", (type: IToken): Block => {
    const labels: Label[] = [];
    this.MANY(() => {
      const label = this.plainLabel(plainLabelLength(this, 1)) ?? this.SUBRULE(this.label);
      this.ACTION(() => labels.push(label));
    });
    this.need(T.LBrace, (found) => mistakes.invalidBlock(blockExpectation(found)));
    const open = this.CONSUME(T.LBrace);
    this.ACTION(() => this.refuseSingleLineBlocks());
    const items = this.OR<Item[]>([
      { GATE: () => this.holdsOneArgument(), ALT: () => this.SUBRULE(this.singleArgument) },
      { ALT: () => this.SUBRULE(this.items) },
    ]);
    const place = this.made(() => this.placeOf(open));
    const close = this.closing(place);
    return this.made(() => blockNode(nameOf(type), labels, this.bodyBehind(place, items, close), close));
  });

  private label = this.RULE(
    "label",
    (): Label =>
      this.OR<Label>([
        {
          ALT: () => {
            const word = this.CONSUME(T.Ident);
            return this.made(() => ({ ...nameOf(word), quoted: false }));
          },
        },
        { ALT: () => this.SUBRULE(this.quotedLabel) },
      ]),
  );

  private quotedLabel = this.RULE("quotedLabel", (): Label => {
    const open = this.CONSUME(T.OQuote);
    let text = "";
    this.MANY(() => {
      const literal = this.CONSUME(T.QuotedLit);
      this.ACTION(() => (text += this.unescaped(literal.image, literal.startOffset)));
    });
    this.need(T.CQuote, ({ tokenType }) =>
      tokenType === EOF ? mistakes.unterminatedLabel() : mistakes.invalidLabel(),
    );
    const close = this.CONSUME(T.CQuote);
    return this.made(() => ({ text: text.normalize("NFC"), quoted: true, start: open.startOffset, end: endOf(close) }));
  });

  /** `{ name = value }` on one line. */
  private singleArgument = this.RULE("singleArgument", (): Item[] => {
    const name = this.CONSUME(T.Ident);
    const attribute = this.SUBRULE(this.assignment, { ARGS: [name] });
    this.ACTION(() => {
      if (!this.isNext(T.RBrace, EOF))
        this.fail(
          mistakes.singleLineBlock("A block on a single line ends with its brace right behind its one argument."),
        );
    });
    return [attribute];
  });

  /** What follows `{` on its line can only be an argument. */
  private refuseSingleLineBlocks(): void {
    if (this.isNext(T.OQuote)) this.fail(mistakes.itemRequired(""), this.LA(1));
    if (!this.isNext(T.Ident)) return;
    const behind = this.LA(2);
    if ([T.LBrace, T.OQuote, T.Ident].includes(behind.tokenType))
      this.fail(mistakes.argumentRequired(), this.LA(1), behind);
    if (behind.tokenType !== T.Equals) this.fail(mistakes.itemRequired(""), this.LA(1));
  }

  /** After `{`: an argument follows on the same line. */
  private holdsOneArgument(): boolean {
    return this.isNext(T.Ident);
  }

  /** The `}` of a block and the end of its line; undefined when it is missing. */
  private closing(open: Place): Place | undefined {
    if (!this.RECORDING_PHASE && this.isNext(EOF)) {
      // What ran to the end of the file took the brace with it: that is told.
      if (!this.ranOut) this.reportAt(mistakes.unclosedBlock(), open);
      return undefined;
    }
    const close = this.CONSUME(T.RBrace);
    this.ACTION(() => {
      if (this.isNext(T.Newline, EOF)) return;
      this.report(mistakes.missingNewlineAfterBlock(), this.LA(1));
      this.skipBehind(this.LA(1).startOffset);
    });
    return this.made(() => this.placeOf(close));
  }

  /** Reports and passes what can begin no item. False when the body is at its end. */
  private passStrayTokens(): boolean {
    if (this.RECORDING_PHASE || this.isNext(EOF, T.RBrace)) return false;
    const stray = this.LA(1);
    const { position } = this;
    const quoted = stray.tokenType === T.OQuote;
    this.report(quoted ? mistakes.quotedArgumentName() : mistakes.itemRequired(""), stray);
    this.skipBehind(stray.startOffset);
    // A token that is passed over and over would never let the body end.
    if (this.position === position) this.SKIP_TOKEN();
    return true;
  }

  private refuseRepeated(items: readonly Item[]): void {
    const attributes = items.filter((item) => item.kind === "Attribute");
    if (attributes.length < 2) return;
    const first = new Map<string, Attribute>();
    for (const attribute of attributes) {
      const other = first.get(attribute.name.text);
      if (other === undefined) first.set(attribute.name.text, attribute);
      else this.refuseAttribute(attribute, other);
    }
  }

  private refuseAttribute({ name }: Attribute, first: Attribute): void {
    const { line } = this.file.positionAt(first.start);
    const subject = { file: this.file, start: name.start, end: name.end };
    this.reading?.report.report(at(mistakes.attributeRedefined(name.text, line), subject));
  }

  // ─── what is read without its rules (plain-syntax.ts); nothing is, while they are recorded ───

  /** Passes newlines and plain items, of which it adds the nodes. False when none is next. */
  protected takePlainItems(found: Item[]): boolean {
    const first = this.position;
    for (;;) {
      while (this.codeAhead(1) === NEWLINE) this.pass();
      const item = this.plain.takeArgument() ?? this.plainBlock();
      if (item === undefined) return this.position > first;
      this.keep(item, found);
    }
  }

  private keep(item: Item, found: Item[]): void {
    // Arguments are kept to be compared with one another.
    if (item.kind === "Attribute" || this.reading?.forMistakes !== true) found.push(item);
  }

  /** A block whose header is plain; the rules read what its body holds besides plain items. */
  private plainBlock(): Block | undefined {
    const length = plainHeaderLength(this);
    if (length === 0) return undefined;
    const type = this.plain.takeName();
    const labels = this.plain.takeLabels();
    const open = this.plain.takePlace();
    const unread = this.leaveUnread(open);
    if (unread !== undefined) return blockNode(type, labels, unread, this.plain.takePlace());
    const items: Item[] = [];
    this.takePlainItems(items);
    if (this.codeAhead(1) === RBRACE) this.refuseRepeated(items);
    else this.SUBRULE(this.items, { ARGS: [items] });
    const closed = this.codeAhead(1) === RBRACE && endsLine(this, 2);
    const close = closed ? this.plain.takePlace() : this.closing(open);
    // A list that has grown has room for 16 more, and a file has many blocks.
    return blockNode(type, labels, this.bodyBehind(open, items.slice(), close), close);
  }

  /** The body behind `{` when it may be read later, and has nothing that the rules would complain about. */
  protected leaveUnread(open: Place): NativeBody | undefined {
    if (this.reading?.mayReadLater !== true || !this.isComposed) return undefined;
    const length = plainBodyLength(this);
    if (length < 0 || !endsLine(this, length + 2)) return undefined;
    const body = new UnreadBody(this.reading.tokens, this.position, length, open.start);
    this.pass(length);
    return body;
  }

  private bodyBehind(open: Place, items: readonly Item[], close: Place | undefined): NativeBody {
    return { kind: "Body", items, start: open.start, end: close?.end ?? this.file.text.length };
  }

  /** The label that the next `length` tokens are; undefined when that is none. */
  protected plainLabel(length: number): Label | undefined {
    return length === 0 ? undefined : this.plain.takeLabel(length);
  }
}

function blockExpectation({ tokenType }: IToken): string {
  if (tokenType === T.Equals) return 'An "=" sets an argument; the name of an argument is a single word.';
  if (tokenType === T.Newline || tokenType === EOF) return 'The "{" of a block stands on the line of its header.';
  return 'Another label in quotes, or the "{" of the block, is expected here.';
}
