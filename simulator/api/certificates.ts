import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { sealResource } from '../crypto/seal.ts'
import { sealingKey } from '../mischief/spoil.ts'
import { answered, type PayAnswer, refused } from './pay-answer.ts'
import { certificatesInForce } from './signer.ts'
import type { MerchantContext } from './wire.ts'

/** GET /v3/certificates (下载平台证书): one or two certificates, sealed with the APIv3 key. */
export function certificates(context: MerchantContext): PayAnswer {
  const { merchant, nowMs, world } = context
  const { apiv3Key } = merchant
  if (merchant.verification === 'public_key') {
    const message = '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。'
    return refused(404, 'RESOURCE_NOT_EXISTS', message, 268435461)
  }
  if (apiv3Key === null) return refused(401, 'SIGN_ERROR', '商户未设置APIv3密钥。', 268443699)
  const algorithm = context.query.get('algorithm_type') ?? 'RSA'
  if (!['RSA', 'SM2', 'ALL'].includes(algorithm)) {
    return refused(400, 'PARAM_ERROR', '参数错误', 268435461, {
      location: 'query',
      value: algorithm.slice(0, 64),
    })
  }
  const key = sealingKey(context.fault?.kind, apiv3Key)
  const listed = algorithm === 'SM2' ? [] : certificatesInForce(merchant, nowMs)
  const data = listed.map((one) => {
    const nonce = world.draw(`certificate:${merchant.mchid}`).hex(12)
    return {
      serial_no: one.serialNo,
      effective_time: rfc3339Beijing(instant(one.effectiveAtMs)),
      expire_time: rfc3339Beijing(instant(one.expiresAtMs)),
      encrypt_certificate: {
        algorithm: 'AEAD_AES_256_GCM',
        nonce,
        associated_data: 'certificate',
        ciphertext: sealResource(one.certificate, key, nonce, 'certificate'),
      },
    }
  })
  return answered(200, { data })
}
