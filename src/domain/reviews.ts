interface Review {
  readonly user: string;
  readonly state: string;
  readonly commit: string;
}

export interface ReviewFacts {
  readonly reviews: readonly Review[];
  readonly head: string;
  readonly author: string;
  /** People with write access. */
  readonly writers: ReadonlySet<string>;
}

/**
 * Who approved this very commit, and who wants changes. GitHub goes on counting approvals of older commits unless a rule says otherwise;
 * here only the last opinion of a person counts, on the head, of somebody with write access who is not the author.
 */
export function countReviews({ reviews, head, author, writers }: ReviewFacts): {
  approvedBy: string[];
  changesWantedBy: string[];
} {
  const last = new Map<string, Review>();
  for (const review of reviews) {
    if (['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(review.state)) last.set(review.user, review);
  }
  const opinions = [...last.values()].filter(({ user }) => user !== author && writers.has(user));
  return {
    approvedBy: opinions.filter(({ state, commit }) => state === 'APPROVED' && commit === head).map(({ user }) => user),
    changesWantedBy: opinions.filter(({ state }) => state === 'CHANGES_REQUESTED').map(({ user }) => user),
  };
}
