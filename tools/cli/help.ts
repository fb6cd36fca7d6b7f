/** One command: its name and arguments, and what it does in both languages. */
interface Line {
  usage: string
  en: string
  zh: string
}

const lines: readonly Line[] = [
  {
    usage: 'demo',
    en: 'server and simulator together, with an embedded PostgreSQL (as npm start)',
    zh: '一起启动服务器、模拟器和内置 PostgreSQL（同 npm start）',
  },
  {
    usage: 'serve [--env-file FILE]',
    en: 'the server alone; production unless MINITILL_ENV says development',
    zh: '只启动服务器；除非 MINITILL_ENV=development，否则为生产模式',
  },
  {
    usage: 'simulator [--app FOLDER] [--request-domain ORIGIN]',
    en: 'the simulated WeChat alone; its phone runs the mini program in FOLDER (default: our shop)',
    zh: '只启动模拟微信；手机运行 FOLDER 中的小程序（默认：示例商店）',
  },
  {
    usage: 'migrate [--env-file FILE]',
    en: 'bring the database schema up to date',
    zh: '升级数据库结构',
  },
  {
    usage: 'doctor [--env-file FILE]',
    en: 'check Node, settings, database, keys, clock and WeChat; exit 1 when something is wrong',
    zh: '检查 Node、配置、数据库、密钥、时钟和微信；有问题时退出码为 1',
  },
  {
    usage: 'reconcile DATE [--env-file FILE]',
    en: 'compare a day with WeChat’s bills; exit 0 clean, 1 open differences, 2 could not run',
    zh: '将某日与微信账单核对；退出码 0 无差异、1 有未关闭差异、2 无法执行',
  },
  {
    usage: 'keys create',
    en: 'make marked development keys and development.env in the data folder',
    zh: '在数据目录生成带标记的开发密钥和 development.env',
  },
  {
    usage: 'reset [--yes]',
    en: 'remove the data folder and the embedded database, after asking',
    zh: '确认后删除数据目录和内置数据库',
  },
  { usage: 'help', en: 'this text', zh: '显示本说明' },
]

/** The help text; 简体中文 first when the system's language is Chinese. */
export function helpText(language: string): string {
  const isChinese = language.toLowerCase().startsWith('zh')
  const width = Math.max(...lines.map((line) => line.usage.length)) + 2
  const rows = lines.flatMap(({ usage, en, zh }) => [
    `  ${usage.padEnd(width)}${isChinese ? zh : en}`,
    `  ${''.padEnd(width)}${isChinese ? en : zh}`,
  ])
  const heading = 'minitill <command>: the till for WeChat mini programs · 微信小程序收银台'
  return [heading, '', ...rows, '', 'settings: see README · 配置说明见 README'].join('\n')
}
