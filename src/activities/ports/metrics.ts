/** Numbers that others keep: the JSON at an address, whole and small, or why there is none (`metric-unreachable`, `metric-unreadable`). */
export interface MetricReads {
  /** `secret`: a bearer token, or a whole header line; it goes to this host alone. */
  json(url: string, options?: { secret?: string }): Promise<unknown>;
}
