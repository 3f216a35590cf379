import { createHash } from "node:crypto";

/** What a redirect meant to the sign-in under way; "unknown": it belongs to none. */
export type CallbackOutcome = "accepted" | "refused" | "unknown";

export interface CallbackPage {
  readonly html: string;
  readonly status: number;
  readonly headers: Record<string, string>;
}

/** The page on which a sign-in ends in the browser. It holds nothing that came with the request. */
export function callbackPage(outcome: CallbackOutcome): CallbackPage {
  return {
    html: render(outcome),
    status: outcome === "unknown" ? 400 : 200,
    headers: { ...HEADERS },
  };
}

interface PageText {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  /** An SVG path on a grid of 24. */
  readonly icon: string;
}

// It is served before the code is exchanged, so "accepted" must not promise more than was seen.
const TEXTS: Readonly<Record<CallbackOutcome, PageText>> = {
  accepted: {
    title: "You're signed in",
    body: `<p>You can close this tab and return to your editor.</p>
    <p class="note">If anything still goes wrong, mcpzip will tell you there.</p>`,
    icon: "m7 12.5 3.5 3.5 7-7.5",
  },
  refused: {
    title: "Sign-in didn't go through",
    body: `<p>It was refused or it failed. Nothing was stored.</p>
    <p class="note">To try again, return to your editor, or run <code>mcpzip login SERVER</code> in a terminal.</p>`,
    icon: "m8 8 8 8m0-8-8 8",
  },
  unknown: {
    title: "No sign-in is waiting here",
    body: `<p>This address belongs to no sign-in that is under way.</p>
    <p class="note">To start one, return to your editor.</p>`,
    icon: "M12 7v6m0 3.5v.5",
  },
};

const STYLE = `
  :root {
    color-scheme: light dark;
    --ground: #f6f7f9; --card: #fff; --line: #e3e6eb; --ink: #16191f; --soft: #59616e;
    --accepted: #12764a; --refused: #b3372b; --unknown: #59616e;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --ground: #0f1115; --card: #181b21; --line: #2a2f38; --ink: #eef0f4; --soft: #a0a8b5;
      --accepted: #4cc38a; --refused: #ff8577; --unknown: #a0a8b5;
    }
  }
  * { box-sizing: border-box; margin: 0; }
  body {
    min-height: 100vh; min-height: 100svh; padding: 24px;
    display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 24px;
    background: var(--ground); color: var(--ink); font: 17px/1.5 system-ui, sans-serif;
  }
  main {
    width: 100%; max-width: 440px; padding: 48px clamp(20px, 6vw, 40px);
    background: var(--card); border: 1px solid var(--line); border-radius: 20px; text-align: center;
    box-shadow: 0 12px 40px -20px rgb(0 0 0 / 0.25);
  }
  svg { fill: none; stroke: currentColor; stroke-linecap: round; stroke-linejoin: round; }
  .icon { width: 64px; height: 64px; stroke-width: 1.75; }
  .icon circle { fill: currentColor; fill-opacity: 0.12; stroke: none; }
  .accepted { color: var(--accepted); }
  .refused { color: var(--refused); }
  .unknown { color: var(--unknown); }
  h1 { margin: 20px 0 12px; font-size: 26px; line-height: 1.25; letter-spacing: -0.02em; text-wrap: balance; }
  p { text-wrap: balance; }
  .note { margin-top: 16px; color: var(--soft); font-size: 15px; }
  code {
    padding: 2px 6px; border-radius: 6px; background: var(--ground); color: var(--ink);
    font: 14px ui-monospace, monospace; white-space: nowrap;
  }
  footer { display: flex; align-items: center; gap: 8px; color: var(--soft); font-size: 15px; font-weight: 600; }
  .mark { width: 20px; height: 20px; stroke-width: 2.5; }
`;

const STYLE_HASH = createHash("sha256").update(STYLE).digest("base64");

const HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

function render(outcome: CallbackOutcome): string {
  const { title, body, icon } = TEXTS[outcome];
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · mcpzip</title>
  <style>${STYLE}</style>
</head>
<body>
  <main>
    <svg class="icon ${outcome}" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="12"/><path d="${icon}"/></svg>
    <h1>${title}</h1>
    ${body}
  </main>
  <footer>
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 4h9M11 9.5h9M4 15h9M11 20.5h9"/></svg>
    mcpzip
  </footer>
</body>
</html>
`;
}
