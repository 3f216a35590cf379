import type * as clack from "@clack/prompts";

/** The library of prompts; it is loaded when there is something to ask. */
export type Clack = typeof clack;

/** Thrown when somebody presses Ctrl-C or Escape at a question. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}

/** Asks questions; every answer is one, since giving up is thrown. */
export class Prompts {
  readonly #clack: Clack;

  constructor(clack: Clack) {
    this.#clack = clack;
  }

  async text(
    message: string,
    options: {
      placeholder?: string;
      initialValue?: string;
      check?: (text: string) => string | undefined;
    } = {},
  ): Promise<string> {
    const { check = () => undefined, ...others } = options;
    const answer = await this.#clack.text({
      message,
      ...others,
      validate: (text) => check((text ?? "").trim()),
    });
    return this.#given<string>(answer ?? "").trim();
  }

  async secret(message: string): Promise<string> {
    return this.#given<string>((await this.#clack.password({ message })) ?? "").trim();
  }

  async confirm(message: string, { isYes = true } = {}): Promise<boolean> {
    return this.#given<boolean>(await this.#clack.confirm({ message, initialValue: isYes }));
  }

  async select<Value extends string>(
    message: string,
    options: readonly { value: Value; label: string; hint?: string }[],
  ): Promise<Value> {
    const answer = await this.#clack.select<string>({ message, options: [...options] });
    const value = this.#given<string>(answer);
    const chosen = options.find((option) => option.value === value);
    if (chosen === undefined) throw new Cancelled();
    return chosen.value;
  }

  async choose(
    message: string,
    options: readonly { value: string; label: string; hint?: string }[],
    initialValues: readonly string[],
  ): Promise<readonly string[]> {
    const answer = await this.#clack.multiselect<string>({
      message,
      options: [...options],
      initialValues: [...initialValues],
      required: false,
    });
    return this.#given<readonly string[]>(answer);
  }

  #given<Answer>(answer: Answer | symbol): Answer {
    if (typeof answer === "symbol") throw new Cancelled();
    return answer;
  }
}
