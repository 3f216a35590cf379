import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { configError } from "./config-error.ts";
import type { Problem } from "./problem.ts";
import { createDiagnostic, type Source } from "./source.ts";

type SyntaxError = readonly [message: string, fix: string];

const UNKNOWN_ERROR: SyntaxError = ["this is not JSON", "mend the JSON here"];

/** By the parser's name of the error. */
const SYNTAX_ERRORS: Readonly<Record<string, SyntaxError>> = {
  InvalidSymbol: [
    "expected double quotes round this",
    "put it in double quotes; only true, false, null and numbers go without",
  ],
  PropertyNameExpected: ["expected a key in double quotes", "add a key, or remove what is here"],
  ValueExpected: ["expected a value", "add a value, or remove what is here"],
  ColonExpected: ["expected a colon", "put a colon between the key and its value"],
  CommaExpected: ["expected a comma", "add a comma before it"],
  CloseBraceExpected: ["expected a closing }", "add the } that is missing"],
  CloseBracketExpected: ["expected a closing ]", "add the ] that is missing"],
  EndOfFileExpected: ["expected the end of the file", "remove what follows the last }"],
  UnexpectedEndOfComment: ["expected the end of a comment", "close it with */"],
  UnexpectedEndOfString: ["expected a closing double quote", "close the string on its line"],
  UnexpectedEndOfNumber: ["expected more digits", "finish the number"],
  InvalidUnicode: ["expected four hexadecimal digits after \\u", "finish the \\u escape"],
  InvalidEscapeCharacter: [
    "expected a known escape after a backslash",
    "write \\\\ for a backslash, as in C:\\\\Users",
  ],
  InvalidCharacter: [
    "expected no control character in a string",
    "write a tab as \\t and a line break as \\n",
  ],
};

/** Parses JSON with comments and trailing commas; throws CONFIG_INVALID at the first error. */
export function parseJsonc(source: Source): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(source.text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const [message, fix] = describe(first, source.text);
  // An error at the end of the file belongs to its last line with text, not to the empty one after.
  const offset = Math.min(first.offset, source.text.trimEnd().length);
  const at = createDiagnostic(source, { offset, message, fix });
  const problem: Problem = {
    severity: "fatal",
    code: "CONFIG_INVALID",
    path: [],
    part: "value",
    message,
    fix,
  };
  throw configError([{ problem, at }]);
}

function describe({ error, offset }: ParseError, text: string): SyntaxError {
  if (text.trim() === "") return ["the file is empty", 'write { "mcpServers": { … } }'];
  const name = printParseErrorCode(error);
  const next = text.charAt(offset);
  // `[1, 2}`: the parser asks for a comma, the reader sees a bracket that was not closed.
  if (name === "CommaExpected" && next === "}") return expected("CloseBracketExpected");
  if (name === "CommaExpected" && next === "]") return expected("CloseBraceExpected");
  return expected(name);
}

function expected(name: string): SyntaxError {
  return SYNTAX_ERRORS[name] ?? UNKNOWN_ERROR;
}
