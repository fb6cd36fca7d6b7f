// What can be wrong with a sealed message beside its signature.
import type { Json } from '../api/wire.ts'
import type { Draw } from '../draw.ts'
import type { OutgoingMessage } from '../ports.ts'

type Fields = { readonly [key: string]: Json }

/** The key that seals: the one of another time while the merchant changes it (F-72). */
export function sealingKey(kind: string | undefined, apiv3Key: string): string {
  return kind === 'other_apiv3_key' ? [...apiv3Key].reverse().join('') : apiv3Key
}

function otherText(text: Json | undefined, draw: Draw): string {
  const before = typeof text === 'string' ? text : ''
  const after = draw.word(Math.max(1, before.length))
  return after === before ? `${after.slice(1)}_` : after
}

/** The parts that open a resource, one of them damaged (F-24). */
export function spoiledResource(kind: string | undefined, resource: Fields, draw: Draw): Fields {
  if (kind === 'damaged_nonce') return { ...resource, nonce: otherText(resource['nonce'], draw) }
  if (kind !== 'damaged_associated_data') return resource
  return { ...resource, associated_data: otherText(resource['associated_data'], draw) }
}

/** A refund notice in the form of the second version: XML, sealed otherwise, without a signature. */
function secondVersion(message: OutgoingMessage, draw: Draw): OutgoingMessage {
  const info = Buffer.from(draw.bytes(256)).toString('base64')
  const xml = `<xml><return_code><![CDATA[SUCCESS]]></return_code><nonce_str><![CDATA[${draw.word(32)}]]></nonce_str><req_info><![CDATA[${info}]]></req_info></xml>`
  return { ...message, headers: { 'content-type': 'text/xml' }, body: Buffer.from(xml, 'utf8') }
}

/** The message as it leaves: JSON and signed, unless a fault brings the old form (F-27). */
export function spoiledMessage(
  kind: string | undefined,
  message: OutgoingMessage,
  draw: Draw,
): OutgoingMessage {
  return kind === 'xml_v2' ? secondVersion(message, draw) : message
}
