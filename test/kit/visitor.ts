/** A page as a browser without scripts has it. */
export interface Shown {
  readonly status: number;
  /** Path and query it was asked by, after redirects. */
  readonly address: string;
  /** The addresses that the way led over by 303. */
  readonly redirects: readonly string[];
  readonly headers: Headers;
  /** Without its style sheet. */
  readonly html: string;
  readonly lang: string | undefined;
  readonly heading: string | undefined;
  /** What there is to read, on one line. */
  readonly text: string;
  /** The actions of its forms; of a form without one an empty text. */
  readonly actions: readonly string[];
}

type Values = Readonly<Record<string, string>>;

/** What a browser sends with a form of its own page. */
const OWN_FORM = { 'sec-fetch-site': 'same-origin' };

/** Somebody who opens links and fills in forms: cookies, redirects and hidden fields over real HTTP. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  page: Shown | null = null;

  constructor(
    readonly origin: string,
    private readonly language?: string,
    /** Sent with every request. */
    private readonly always: Values = {},
  ) {}

  /** The session that the browser holds. */
  get session(): string | null {
    return this.cookies.get('parkgate') || null;
  }

  /** Opens an address: of this gateway whatever host it names, as if PUBLIC_URL led here. */
  open(address: string, options: { method?: string; headers?: Values } = {}): Promise<Shown> {
    const { pathname, search } = new URL(address, this.origin);
    return this.#visit(`${pathname}${search}`, options);
  }

  /** Presses the button of a form on the present page, by its action; fields hold what they are shown with unless typed into. */
  press(action: string, typed: Values = {}): Promise<Shown> {
    const form = this.#forms().find(({ fields }) => (fields['action'] ?? '') === action);
    if (!form) throw new Error(`no form for "${action}" on: ${this.page?.text}`);
    const strange = Object.keys(typed).filter((name) => !form.names.includes(name));
    if (strange.length > 0) throw new Error(`no field ${strange.join(', ')} in the form for "${action}"`);
    return this.post(form.target, { ...form.fields, ...typed });
  }

  /** Sends a form that may be none of a page's. */
  post(page: string, fields: Values, headers: Values = OWN_FORM): Promise<Shown> {
    return this.#visit(new URL(page, this.#url).pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  /** What a field of the present page holds. */
  value(name: string): string | undefined {
    return this.#forms().find(({ names }) => names.includes(name))?.fields[name];
  }

  get #url(): string {
    return new URL(this.page?.address ?? '/', this.origin).href;
  }

  async #visit(
    address: string,
    { headers, ...options }: { method?: string; headers?: Values; body?: string },
    redirects: readonly string[] = [],
  ): Promise<Shown> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(address, this.origin), {
      ...options,
      redirect: 'manual',
      headers: {
        ...(this.language !== undefined && { 'accept-language': this.language }),
        ...(cookie && { cookie }),
        ...this.always,
        ...headers,
      },
    });
    this.#keep(response.headers.getSetCookie());
    const html = (await response.text()).replace(/<style>.*<\/style>/s, '<style></style>');
    const location = response.headers.get('location');
    if (response.status === 303 && location !== null) {
      const { pathname, search } = new URL(location, new URL(address, this.origin));
      return this.#visit(`${pathname}${search}`, {}, [...redirects, location]);
    }
    this.page = {
      status: response.status,
      address,
      redirects,
      headers: response.headers,
      html,
      lang: /<html lang="([^"]+)"/.exec(html)?.[1],
      heading: textIn(/<h1>(.*?)<\/h1>/s.exec(html)?.[1] ?? ''),
      text: textIn(html),
      actions: formsIn(html).map(({ fields }) => fields['action'] ?? ''),
    };
    return this.page;
  }

  #keep(setCookies: readonly string[]): void {
    for (const header of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      const expires = /Expires=([^;]+)/i.exec(header)?.[1];
      if (value === '' || (expires && new Date(expires) < new Date())) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  #forms() {
    return formsIn(this.page?.html ?? '');
  }
}

const formsIn = (html: string) =>
  [...html.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)].map(
    ([, target = '', content = '']) => {
      const controls = [
        ...[...content.matchAll(/<input [^>]*>/g)].map(([tag]) => ({
          name: attribute(tag, 'name'),
          value: attribute(tag, 'type') === 'checkbox' ? undefined : attribute(tag, 'value'),
        })),
        ...[...content.matchAll(/(<select [^>]*>)(.*?)<\/select>/gs)].map(([, tag = '', options = '']) => ({
          name: attribute(tag, 'name'),
          value: attribute(/<option [^>]* selected>/.exec(options)?.[0] ?? '', 'value') ?? '',
        })),
        ...[...content.matchAll(/(<textarea [^>]*>)\n?(.*?)<\/textarea>/gs)].map(
          ([, tag = '', text = '']) => ({
            name: attribute(tag, 'name'),
            value: decoded(text),
          }),
        ),
      ];
      const named = controls.flatMap(({ name, value }) => (name === undefined ? [] : [{ name, value }]));
      return {
        target,
        names: named.map(({ name }) => name),
        fields: Object.fromEntries(
          named.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const])),
        ),
      };
    },
  );

const attribute = (tag: string, name: string): string | undefined => {
  const [, value] = new RegExp(` ${name}="([^"]*)"`).exec(tag) ?? [];
  return value === undefined ? undefined : decoded(value);
};

const decoded = (html: string) =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

const textIn = (html: string) =>
  decoded(
    html
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
