import type { Connection } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';

type OperatorService = Pick<Connection, 'operatorService'>;

const { IndexedValueType } = proto.temporal.api.enums.v1;
type ValueType = temporal.api.enums.v1.IndexedValueType;

/** What runs are found by. A SQL store has ten slots for Keyword and three for KeywordList: spend them sparingly. */
export const SEARCH_ATTRIBUTES = {
  SlipwayKind: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayProject: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayVersion: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayPhase: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayStatus: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  SlipwayWaitingFor: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  SlipwayOutcome: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
} as const satisfies Record<string, ValueType>;

/**
 * Registers what is missing. Done at every start: the dev server's own flags count only when a namespace is created, and a
 * run whose attribute is unknown to the server hangs.
 */
export async function ensureSearchAttributes({ operatorService }: OperatorService, namespace: string): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
  const wanted = Object.entries(SEARCH_ATTRIBUTES);

  const conflicts = wanted.flatMap(([name, type]) => {
    const there = customAttributes[name];
    return there === undefined || there === type ? [] : [`${name} is ${word(there)}, Slipway needs ${word(type)}`];
  });
  if (conflicts.length > 0) {
    throw new Error(
      `Search attributes of the Temporal namespace ${namespace} have another type: ${conflicts.join('; ')}. ` +
        'Remove them there (temporal operator search-attribute remove) or use a namespace of its own for Slipway.',
    );
  }

  const searchAttributes = Object.fromEntries(wanted.filter(([name]) => !(name in customAttributes)));
  if (Object.keys(searchAttributes).length > 0)
    await operatorService.addSearchAttributes({ namespace, searchAttributes });
}

/** INDEXED_VALUE_TYPE_KEYWORD_LIST, as the Temporal CLI says it: KeywordList. */
function word(type: ValueType): string {
  return (IndexedValueType[type] ?? String(type))
    .replace('INDEXED_VALUE_TYPE_', '')
    .split('_')
    .map((part) => part.charAt(0) + part.slice(1).toLowerCase())
    .join('');
}
