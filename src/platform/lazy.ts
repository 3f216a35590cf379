/** Something that is made when it is first asked for, once. */
export interface Lazy<T> {
  load(): Promise<T>;
  /** What has been loaded, if it has. */
  loaded(): Promise<T> | undefined;
}

export function lazy<T>(create: () => Promise<T>): Lazy<T> {
  let loading: Promise<T> | undefined;
  return { load: () => (loading ??= create()), loaded: () => loading };
}

/** `act`, of which only the first call does anything. */
export function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
