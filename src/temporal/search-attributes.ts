import type { Connection } from '@temporalio/client';
import proto, { type temporal } from '@temporalio/proto';
import { GRPC, onceCaughtUp } from './catching-up.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
type ValueType = temporal.api.enums.v1.IndexedValueType;

const NO_RUN = '00000000-0000-0000-0000-000000000000';

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
 * Registers what is missing, and returns once the server counts it as known: until then it refuses a run that is started with
 * it. Done at every start: the dev server's own flags count only when a namespace is created, and a run whose attribute is
 * unknown to the server hangs.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { operatorService } = connection;
  const { customAttributes } = await onceCaughtUp(() => operatorService.listSearchAttributes({ namespace }), {
    code: GRPC.NOT_FOUND,
    otherwise: `The Temporal server has no namespace ${namespace}: make it (deploy/temporal/namespace.sh), or correct TEMPORAL_NAMESPACE.`,
  });
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
  await untilKnown(connection, namespace);
}

async function untilKnown({ workflowService }: Connection, namespace: string): Promise<void> {
  const names = Object.keys(SEARCH_ATTRIBUTES).map((name) => `${name} IS NULL`);
  const query = `RunId = '${NO_RUN}' AND (${names.join(' OR ')})`; // costs the server nothing
  await onceCaughtUp(() => workflowService.listWorkflowExecutions({ namespace, query, pageSize: 1 }), {
    code: GRPC.INVALID_ARGUMENT,
    otherwise: `The Temporal server took the search attributes of ${namespace}, and does not know them yet: look at its log, and start Slipway again.`,
  });
}

/** INDEXED_VALUE_TYPE_KEYWORD_LIST, as the Temporal CLI says it: KeywordList. */
function word(type: ValueType): string {
  return (IndexedValueType[type] ?? String(type))
    .replace('INDEXED_VALUE_TYPE_', '')
    .split('_')
    .map((part) => part.charAt(0) + part.slice(1).toLowerCase())
    .join('');
}
