/** A browser of one page: follows all redirects, and shows nothing. */
export const page = await (await fetch(Bun.argv[2] ?? "")).text();
