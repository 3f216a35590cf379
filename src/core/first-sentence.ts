const MAX_LENGTH = 140;

/**
 * A full stop before white space, unless an abbreviation or an initial stands before it; a CJK full stop
 * ends a sentence whatever follows.
 */
const SENTENCE_END =
  /(?<!\b(?:e\.g|i\.e|etc|vs|approx|incl|no|max|min|[A-Z]))[.!?](?=\s|$)|[。！？]/u;

/** The first sentence of a description on one line, at most 140 characters. */
export function firstSentence(description: string | undefined): string {
  const line = firstParagraph(description ?? "").replace(/\s+/g, " ");
  const end = SENTENCE_END.exec(line);
  const sentence = end === null ? line : line.slice(0, end.index);
  if (sentence.length <= MAX_LENGTH) return sentence;
  const space = sentence.lastIndexOf(" ", MAX_LENGTH - 1);
  const cut = sentence.slice(0, space > MAX_LENGTH / 2 ? space : MAX_LENGTH - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

/** Markdown headings say less than the text below them, but more than nothing. */
function firstParagraph(text: string): string {
  const paragraphs = text.split(/\r?\n\s*\n|(?<=^#+ [^\n]*)\n/m).map((each) => each.trim());
  const filled = paragraphs.filter((each) => each !== "");
  const body = filled.find((each) => !/^#+ /.test(each));
  return body ?? (filled[0] ?? "").replace(/^#+ /, "");
}
