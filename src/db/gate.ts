/** The guard of a transaction: after the first failure, or once it has settled, nothing passes any more. */

/**
 * postgres.js lets the callback of a transaction go on after its backend died, and would run its later statements on
 * another connection, outside any transaction (porsager/postgres#1216). Every statement passes here instead.
 */
export class Gate {
  #closedBy: unknown;

  /** What closed it, or undefined. */
  get closedBy(): unknown {
    return this.#closedBy;
  }

  /** Throws what closed the gate. */
  enter(): void {
    if (this.#closedBy !== undefined) throw this.#closedBy;
  }

  /** From now on every `enter` throws `reason`; the first reason stays. */
  close(reason: unknown): void {
    this.#closedBy ??= reason;
  }

  /** Closes with the statement's error before the statement's caller hears of it. */
  watch<T>(statement: PromiseLike<T>): Promise<T> {
    return Promise.resolve(statement).catch((error: unknown) => {
      this.close(error);
      throw error;
    });
  }
}

/** Thrown by a handle that is used after its transaction has ended. */
export class TransactionSettledError extends Error {
  override readonly name = 'TransactionSettledError';
  constructor() {
    super('this transaction has ended; its handle cannot be used any more');
  }
}
