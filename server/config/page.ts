import { placeholders } from '../domain/person-message.ts'
import { settingNames } from './names.ts'

/** docs/settings.md, made from the names; a test compares the file with this text. */
export function settingsPage(): string {
  const rows = Object.entries(settingNames).map(([name, words]) => `| \`${name}\` | ${words} |`)
  return [heading, '| Setting | What it is |', '| --- | --- |', ...rows, footing].join('\n')
}

const heading = `# Settings

Read once at start, from the environment. Every problem is reported at once, each with the name and
the remedy, and nothing starts. A variable that begins with \`MINITILL_\`, \`WECHAT_\` or
\`WECHATPAY_\` and is not in this list is an error that names the nearest right one. This page is made
from \`server/config/names.ts\`, and a test compares them.
`

const footing = `
## Secrets and keys

A value may be the text itself, PEM whose line ends were written as \`\\n\`, base64, or \`file:\` and a
path; such a file must not be open to every user of the machine (\`chmod 600\`). Private key, serial and
WeChat's key are proved to fit together at start. Secrets never appear in an answer, a log or a page.

## Several apps and merchants

\`MINITILL_CONFIG\` names a JSON file instead of the \`WECHAT_*\` and \`WECHATPAY_*\` variables:

\`\`\`json
{
  "apps": [{ "appid": "wx…", "secret": "…" }],
  "merchants": [
    {
      "mchid": "19…",
      "appids": ["wx…"],
      "serial_no": "…",
      "private_key": "file:apiclient_key.pem",
      "apiv3_key": "file:apiv3.key",
      "public_key_id": "PUB_KEY_ID_…",
      "public_key": "file:pub_key.pem",
      "late_money": "revive_or_refund",
      "trade_prefix": "MT",
      "order_ttl_minutes": 30,
      "approve_refunds_from": 50000
    }
  ]
}
\`\`\`

Texts and keys may be \`file:\` paths, as everywhere; the file itself may not be open to every user. An
app is \`appid\`, \`secret\`, where message push is used \`message_token\` and \`message_aes_key\`, and where
people are sent messages \`subscribe_messages\` (below); a merchant may have \`certificate\` too. The
first app is the one of a login that names none. An app may be bound to several merchants: the first
that names it collects, the others when an order names them (\`mchid\` of
\`POST /admin/v1/orders\`). \`late_money\`, \`trade_prefix\`, \`order_ttl_minutes\` and
\`approve_refunds_from\` are that merchant's own; what is absent is as the variables above say. A merchant
that leaves the file leaves its open orders without anybody to ask: close them first.

## Subscribe messages

\`MINITILL_SUBSCRIBE_MESSAGES\` for a single mini program, \`subscribe_messages\` of each app in the file
above: any of \`paid\`, \`shipped\` and \`refunded\`, with the template's id and fields as the mini program's
own console (订阅消息) shows them.

\`\`\`json
{
  "paid": {
    "template_id": "Xb3v…",
    "page": "pages/order/order?id={order_id}",
    "data": { "thing1": "{items}", "amount2": "{total}" }
  }
}
\`\`\`

What a text may have: ${placeholders.map((name) => `\`{${name}}\``).join(', ')}.
It is cut to what WeChat takes in such a field. \`page\` is what a tap opens; without it nothing. The
mini program needs no template ids: \`POST /v1/orders/{id}/pay\` names those of its own app in
\`subscribe_template_ids\`, and the kit asks for them once the payment succeeded. Nobody who did not allow a message gets it, and nothing about money
waits for one ([why "paid" waits a little for the answer](decisions/0044-asked-after-paying.md)).

## A second person for large refunds

With \`MINITILL_APPROVE_REFUNDS_FROM\` a refund from that amount on is taken, its amount reserved, and
WeChat not asked: it waits in \`GET /admin/v1/tasks\` as \`refund_approval\` until the operator of the
other key approves it (\`POST /admin/v1/refunds/{id}/approve\`), however long that takes. Both keys may
do the same things; what counts is that they are two people's. Whoever asked is refused with 403
\`own_refund\`, and the try is the event \`refund.approval_refused\`. Anybody may decline it
(\`POST /admin/v1/refunds/{id}/decline\`), which frees the amount.

- The amount is compared together with all refunds of the same payment that have not been closed,
  those started on the merchant platform too: ten refunds of a tenth need a second person as the
  whole would. Refunds of different orders are not added up.
- A refund that a person asks for by resolving a task is that person's. What
  \`MINITILL_LATE_MONEY=revive_or_refund\` sends back by itself needs nobody: the setting is the decision.
- A refund that waits stays so when the amount is raised or taken out of the settings.
- What somebody does on the merchant platform is not ours to hold up; it has its own second person.

## Development and production

A production server talks to the official hosts alone and refuses whatever belongs to the simulator:
its address, marked appids, merchants, keys and certificates. A development server needs
\`MINITILL_SIMULATOR_URL\` and follows the simulated clock.
`
