import { expect, test } from 'vitest';
import { countReviews } from '../../src/domain/reviews.ts';

const head = 'new';
const review = (user: string, state: string, commit = head) => ({ user, state, commit });
const count = (...reviews: ReturnType<typeof review>[]) =>
  countReviews({ reviews, head, author: 'bot', writers: new Set(['ann', 'ben', 'bot']) });

test('an approval counts on the head commit alone', () => {
  expect(count(review('ann', 'APPROVED', 'old')).approvedBy).toEqual([]);
  expect(count(review('ann', 'APPROVED')).approvedBy).toEqual(['ann']);
});

test('the last opinion of a person counts, and a comment is none', () => {
  expect(count(review('ann', 'APPROVED'), review('ann', 'CHANGES_REQUESTED')).approvedBy).toEqual([]);
  expect(
    count(review('ann', 'CHANGES_REQUESTED'), review('ann', 'APPROVED'), review('ann', 'COMMENTED')).approvedBy,
  ).toEqual(['ann']);
  expect(count(review('ann', 'APPROVED'), review('ann', 'DISMISSED')).approvedBy).toEqual([]);
});

test('the author and people without write access approve nothing', () => {
  expect(count(review('bot', 'APPROVED'), review('guest', 'APPROVED')).approvedBy).toEqual([]);
});
