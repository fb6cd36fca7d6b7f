// docs/simulator/signatures.md and its Chinese twin, made from the words; a test compares them.
import { CHAPTERS, WORDS } from './words.ts'

const HEADS = {
  en: `# Why did my signature fail?

[中文](signatures.zh-CN.md) · [Index](README.md)

When the simulator refuses a signature, its journal (\`GET /_sim/journal\`, and the page) says
which mistake it was: the text that WeChat signs over, the text that the caller signed, and where
they part.
The mistake is found by trying those that people make; a text is shown as the caller's only when the
signature verifies over it. Two common mistakes together are found too. A message that is right is
never diagnosed.

\`diagnosis: {code, en, zh, expected, received, difference}\` with these codes:
`,
  zh: `# 为什么签名验证失败？

[English](signatures.md) · [目录](README.zh-CN.md)

模拟器拒绝签名时，会在报文记录（\`GET /_sim/journal\` 与页面）中说明错在哪里：微信验签所用的文本、调用方实际签名的
文本，以及两者从哪里开始不同。方法是逐一尝试人们常犯的错误；只有签名确实能验过某段文本时，才会把它当作调用方签名的
内容。两个常见错误叠加也能找到；正确的报文绝不会被误判。

\`diagnosis: {code, en, zh, expected, received, difference}\`，code 如下：
`,
} as const

/** The page in one language. */
export function signaturesPage(language: 'en' | 'zh'): string {
  const nth = language === 'en' ? 0 : 1
  const chapters = CHAPTERS.flatMap(([en, zh, codes]) => [
    `## ${language === 'en' ? en : zh}`,
    '',
    '| | |',
    '|---|---|',
    ...codes.map((code) => `| \`${code}\` | ${WORDS[code][nth].replaceAll('|', '\\|')} |`),
    '',
  ])
  return [HEADS[language], ...chapters].join('\n')
}
