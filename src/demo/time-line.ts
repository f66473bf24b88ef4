const DAY_MS = 86_400_000;

/** The instants of the demo world, relative to its loading. */
export class TimeLine {
  readonly instant: Date;
  /** When everything was set up: before what has expired. */
  readonly founded: Date;

  constructor(instant: Date) {
    this.instant = instant;
    this.founded = this.inDays(-30);
  }

  inDays(days: number): Date {
    return new Date(this.instant.getTime() + days * DAY_MS);
  }

  /** An `expires_at`; null for what stays. */
  expiry(days: number | undefined): Date | null {
    return days === undefined ? null : this.inDays(days);
  }
}
