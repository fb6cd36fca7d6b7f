// What upload_shipping_info takes, and the errcode of each thing that is wrong with it (§7.2).
import type { Contact, LogisticsType, Parcel } from '../shipping-state.ts'
import type { World } from '../world.ts'
import { type MiniFields, objectOf } from './mini-post.ts'
import type { Json } from './wire.ts'

const MOST_PARCELS = 15
const LONGEST_NUMBER = 128
const LONGEST_DESC = 120
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/
/** At least one asterisk, and the last four digits to be seen. */
const MASKED = /\*.*\d{4}$/

/** One upload, as far as it can be understood without knowing the order. */
export interface Upload {
  readonly logisticsType: LogisticsType
  readonly deliveryMode: 1 | 2
  readonly allDelivered: boolean
  readonly parcels: readonly Parcel[]
  readonly uploadedAtMs: number
}

/** Milliseconds of an RFC 3339 time; null when it is none. */
export function rfc3339Ms(value: Json | undefined): number | null {
  if (typeof value !== 'string' || !RFC3339.test(value)) return null
  const atMs = Date.parse(value)
  return Number.isNaN(atMs) ? null : atMs
}

function isText(value: Json | undefined): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

/** SF asks for one of the two phone numbers, masked but for its last four digits. */
function contactOf(company: string, value: Json | undefined): Contact | null | number {
  const fields = objectOf(value)
  if (value !== undefined && fields === undefined) return 47001
  const { consignor_contact: from, receiver_contact: to } = fields ?? {}
  if (!isText(from) || !isText(to)) return 47001
  const given = [from, to].filter((one) => one !== undefined && one !== '')
  if (company === 'SF' && given.length === 0) return 10_060_014
  if (given.some((one) => one !== undefined && !MASKED.test(one))) return 10_060_014
  if (given.length === 0) return null
  return {
    ...(from === undefined ? {} : { consignor_contact: from }),
    ...(to === undefined ? {} : { receiver_contact: to }),
  }
}

function descTrouble(desc: string | undefined): number | null {
  if (desc === undefined) return 10_060_020
  if (desc === '') return 10_060_008
  return [...desc].length > LONGEST_DESC ? 10_060_009 : null
}

function courierTrouble(number: string, company: string): number | null {
  if (number === '') return 268_485_226
  if (company === '') return 268_485_227
  return null
}

function parcelOf(value: Json, type: LogisticsType, uploadTime: number): Parcel | number {
  const fields = objectOf(value)
  if (fields === undefined) return 47001
  const { tracking_no: number, express_company: company, item_desc: desc } = fields
  if (!isText(number) || !isText(company) || !isText(desc)) return 47001
  const missing = type === 1 ? courierTrouble(number ?? '', company ?? '') : null
  const trouble = missing ?? descTrouble(desc)
  if (trouble !== null) return trouble
  if ((company ?? '').length > LONGEST_NUMBER) return 10_060_025
  if ((number ?? '').length > LONGEST_NUMBER) return 10_060_026
  const contact = contactOf(type === 1 ? (company ?? '') : '', fields['contact'])
  if (typeof contact === 'number') return contact
  return {
    trackingNo: number ?? '',
    expressCompany: company ?? '',
    itemDesc: desc ?? '',
    uploadTime,
    contact,
  }
}

function parcelsOf(
  value: Json | undefined,
  type: LogisticsType,
  mode: 1 | 2,
  uploadTime: number,
): readonly Parcel[] | number {
  if (!Array.isArray(value)) return 47001
  if (value.length > MOST_PARCELS) return 10_060_024
  if (mode === 1 && value.length !== 1) return 268_485_228
  if (value.length === 0) return 10_060_014
  const parcels: Parcel[] = []
  for (const item of value as readonly Json[]) {
    const parcel = parcelOf(item, type, uploadTime)
    if (typeof parcel === 'number') return parcel
    parcels.push(parcel)
  }
  return parcels
}

function typeOf(world: World, value: Json | undefined): LogisticsType | number {
  if (typeof value !== 'number') return 47001
  if (value === 1 || value === 2 || value === 3 || value === 4) return value
  return world.switches.logistics_type_error
}

/** M49: an enum's name in place of its number is a wrong type, which has no code of its own. */
function modeOf(value: Json | undefined): 1 | 2 | number {
  if (value !== undefined && typeof value !== 'number') return 47001
  return value === 1 || value === 2 ? value : 268_485_224
}

function isLogistics(value: number): value is LogisticsType {
  return value >= 1 && value <= 4
}

/** The upload, or the errcode of its refusal. */
export function uploadOf(
  world: World,
  fields: MiniFields,
  time: Json | undefined,
): Upload | number {
  const type = typeOf(world, fields['logistics_type'])
  if (!isLogistics(type)) return type
  const mode = modeOf(fields['delivery_mode'])
  if (mode !== 1 && mode !== 2) return mode
  const { is_all_delivered: all } = fields
  if (all !== undefined && typeof all !== 'boolean') return 47001
  if (mode === 2 && type !== 1) return 10_060_006
  if (mode === 2 && all === undefined) return 10_060_007
  if (time !== undefined && typeof time !== 'string') return 47001
  const uploadedAtMs = rfc3339Ms(time)
  if (uploadedAtMs === null) return 268_485_216
  const seconds = Math.floor(uploadedAtMs / 1000)
  const parcels = parcelsOf(fields['shipping_list'], type, mode, seconds)
  if (typeof parcels === 'number') return parcels
  const allDelivered = mode === 1 || all === true
  return { logisticsType: type, deliveryMode: mode, allDelivered, parcels, uploadedAtMs }
}
