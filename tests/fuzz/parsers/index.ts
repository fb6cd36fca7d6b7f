// Every parser that reads what comes from outside. A new one belongs here.
import type { Parser } from '../core/parser.ts'
import { login, miniError, payError, prepay, refund, transaction } from './answers.ts'
import { apiFields, partsOfRoutes } from './api.ts'
import { billAmounts, billCells, pushXml } from './files.ts'
import { acceptLanguage, bearer, bodyHash, cursor, idempotencyHeader, json } from './http.ts'
import { keys, shortKeys } from './keys.ts'
import { certificates, messageHeaders, notification } from './messages.ts'
import { push, userData } from './sealed.ts'
import { catalogue, sessionRecord, settings, webhookTarget } from './settings.ts'
import { simulatorBodies, simulatorControl, simulatorGate } from './simulator.ts'
import { requestAuthorization, time, yuan } from './texts.ts'

/** All parsers, in the order in which a run takes them. */
export async function allParsers(): Promise<readonly Parser[]> {
  return [
    yuan,
    time,
    requestAuthorization,
    messageHeaders,
    notification,
    certificates,
    push,
    userData,
    transaction,
    refund,
    prepay,
    login,
    payError,
    miniError,
    keys,
    shortKeys,
    json,
    apiFields(await partsOfRoutes()),
    cursor,
    idempotencyHeader,
    bodyHash,
    bearer,
    acceptLanguage,
    settings,
    catalogue,
    sessionRecord,
    webhookTarget,
    billAmounts,
    billCells,
    pushXml,
    simulatorGate,
    simulatorBodies,
    simulatorControl,
  ]
}
