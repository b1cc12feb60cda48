import { refusalOfSender } from '../authority.ts';
import type { ChecklistEntry } from '../project.ts';
import type { CheckSignal } from './messages.ts';
import { voidSignOffs } from './sign-offs.ts';
import type { ChecklistItem, RunState } from './state.ts';

/** The items that people tick off before they sign; those for breaking changes only when something breaks. */
export function openChecklist(state: RunState): void {
  const { before, after } = state.frozen!.project.checklist;
  state.checklist = itemsOf(state, before);
  state.afterwards = itemsOf(state, after);
}

function itemsOf(state: RunState, entries: readonly ChecklistEntry[]): ChecklistItem[] {
  return entries
    .filter((entry) => entry.when === 'always' || state.breaking)
    .map((entry) => ({ item: entry.item, text: entry.text, ...(entry.how === undefined ? {} : { how: entry.how }) }));
}

/** Ticks that hold are those for the commit and manifest as they are now. */
export function openItems(state: RunState): ChecklistItem[] {
  return state.checklist.filter((one) => !(one.passed === true && isCurrent(state, one)));
}

export function applyCheck(state: RunState, signal: CheckSignal, now: string): string | undefined {
  const refusal = refusalOfSender(state, signal.by, 'check');
  if (refusal) return refusal;
  const out = state.reached === 'published';
  const before = state.checklist.find((one) => one.item === signal.item);
  const after = (state.afterwards ?? []).find((one) => one.item === signal.item);
  const entry = out ? (after ?? before) : (before ?? after);
  if (!state.commit || !state.manifest) return 'there is nothing to check yet: the manifest is not frozen';
  if (!entry) return `the checklist has no item ${signal.item}: it has ${itemNames(state) || 'none'}`;
  if (signal.commit !== state.commit) return `the commit is ${state.commit} now, not ${signal.commit}`;
  if (signal.manifest !== state.manifest.digest)
    return `the manifest is ${state.manifest.digest} now, not ${signal.manifest}`;
  if (entry === after && !out) return `${signal.item} is for afterwards: nothing is published yet`;
  if (entry === before && state.reached !== 'nothing') return 'the release is merged: its checklist is closed';
  entry.passed = signal.passed;
  entry.by = signal.by;
  entry.at = now;
  entry.commit = signal.commit;
  entry.manifest = signal.manifest;
  if (signal.note === undefined) delete entry.note;
  else entry.note = signal.note;
  if (!signal.passed && entry === before)
    voidSignOffs(state, `checklist: ${signal.by} found that "${entry.text}" does not hold`);
  return undefined;
}

function itemNames({ checklist, afterwards = [] }: RunState): string {
  return [...checklist, ...afterwards].map((one) => one.item).join(', ');
}

function isCurrent(state: RunState, item: ChecklistItem): boolean {
  return item.commit === state.commit && item.manifest === state.manifest?.digest;
}
