const MAX_REDIRECTS = 10;

/**
 * Stands in for a person and a browser, as `BROWSER="bun browser.ts"`: follows redirects until there are
 * none, which with the suite's authorization servers ends at our own callback.
 */
export async function visit(page: string, redirectsLeft = MAX_REDIRECTS): Promise<void> {
  const response = await fetch(page, { redirect: "manual" });
  await response.body?.cancel();
  const next = response.headers.get("location");
  if (next !== null && redirectsLeft > 0) await visit(new URL(next, page).href, redirectsLeft - 1);
}

if (import.meta.main) await visit(Bun.argv.at(-1) ?? "");
