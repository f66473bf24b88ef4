import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type DocumentNode, print } from 'graphql';
import { requireListedCodes } from './listed-codes.ts';

export interface GraphQLAnswer<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data | null | undefined;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly [key: string]: unknown };
  }[];
}

/** A client over real HTTP, signed in by a session token or by nothing. */
export class GraphQLClient {
  constructor(
    readonly url: string,
    readonly token: string | null = null,
  ) {}

  /** Sends an operation and answers whatever comes back. */
  async send<Data, Variables>(
    operation: TypedDocumentNode<Data, Variables> | DocumentNode | string,
    variables?: Variables,
    headers: Record<string, string> = {},
  ): Promise<GraphQLAnswer<Data>> {
    const query = typeof operation === 'string' ? operation : print(operation);
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors = [] } = (await response.json()) as Partial<GraphQLAnswer<Data>>;
    requireListedCodes(query, errors);
    return { status: response.status, headers: response.headers, data, errors };
  }

  /** Sends an operation that must succeed. */
  async get<Data, Variables>(
    operation: TypedDocumentNode<Data, Variables> | DocumentNode | string,
    variables?: Variables,
  ): Promise<Data> {
    const { data, errors } = await this.send<Data, Variables>(operation, variables);
    if (errors.length > 0 || data == null) throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
    return data;
  }

  /** Sends an operation that must be refused, and answers its one error's extensions. */
  async refusal(operation: TypedDocumentNode<unknown, never> | DocumentNode | string, variables?: object) {
    const { errors, data } = await this.send(operation as string, variables);
    if (errors.length !== 1) throw new Error(`not one error: ${JSON.stringify({ errors, data })}`);
    return { message: errors[0]?.message, ...errors[0]?.extensions } as {
      message: string;
      code: string;
    } & Record<string, unknown>;
  }
}
