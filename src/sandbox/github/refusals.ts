import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

export interface FieldError {
  resource: string;
  field?: string;
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  message?: string;
  value?: string;
}

/** GitHub's answer to what it does not do, to be thrown. */
export function refuse(
  status: ContentfulStatusCode,
  message: string,
  details: { errors?: FieldError[] | string[]; headers?: Record<string, string> } = {},
): HTTPException {
  const body = {
    message,
    ...(details.errors ? { errors: details.errors } : {}),
    documentation_url: 'https://docs.github.com/rest',
    status: String(status),
  };
  const headers = { 'content-type': 'application/json; charset=utf-8', ...details.headers };
  return new HTTPException(status, { message, res: new Response(JSON.stringify(body), { status, headers }) });
}

export function notFound(): HTTPException {
  return refuse(404, 'Not Found');
}

export function invalid(...errors: FieldError[]): HTTPException {
  return refuse(422, 'Validation Failed', { errors });
}

export function forbidden(): HTTPException {
  return refuse(403, 'Resource not accessible by personal access token');
}
