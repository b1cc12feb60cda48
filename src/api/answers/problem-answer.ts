import { z } from 'zod';

/** RFC 9457. */
export const problemAnswer = z
  .object({
    type: z.string().meta({ examples: ['urn:slipway:problem:run-open'] }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Compare this, never the texts. /docs lists all of them.' }),
    detail: z.string(),
    remedy: z.string().meta({ description: 'What a person can do.' }),
    faults: z
      .array(z.object({ path: z.string().exactOptional(), message: z.string(), remedy: z.string().exactOptional() }))
      .meta({ description: 'Every fault of the request at once.' })
      .exactOptional(),
    run: z
      .looseObject({ id: z.string(), runId: z.string() })
      .meta({ description: 'The run that is in the way, or that refused.' })
      .exactOptional(),
    requestId: z.string().meta({ description: 'Names the request in the log of the service.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details, RFC 9457.' });

export type ProblemAnswer = z.output<typeof problemAnswer>;
