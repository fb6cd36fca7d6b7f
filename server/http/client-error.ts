import type { Socket } from 'node:net'
import { Problem, problemBody } from './errors.ts'
import type { ErrorCode } from './registry.ts'

const nodeCodes: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'header_too_large',
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/**
 * Answers what is not HTTP (both Content-Length and Transfer-Encoding, a header that never ends, a
 * body that drips) in the same shape, and closes the connection: nothing after it can be trusted.
 */
export function answerBrokenRequest(
  error: NodeJS.ErrnoException,
  socket: Socket,
  requestId: string,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = new Problem(nodeCodes[error.code ?? ''] ?? 'invalid_request', {
    headers: { connection: 'close' },
  })
  const body = JSON.stringify(problemBody(problem, 'en', requestId))
  socket.end(
    [
      `HTTP/1.1 ${problem.statusCode} ${reasons[problem.statusCode] ?? 'Bad Request'}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      `request-id: ${requestId}`,
      'x-content-type-options: nosniff',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}
