import { useContext } from 'react'
import { Radio } from 'tdesign-react'
import { ChooseLanguageContext, LanguageContext } from '../language.ts'

/** 中文 or English; the choice is kept for the next visit. */
export function LanguageSwitch() {
  const language = useContext(LanguageContext)
  const choose = useContext(ChooseLanguageContext)
  return (
    <Radio.Group
      size="small"
      variant="default-filled"
      value={language}
      onChange={(value) => choose(value === 'en' ? 'en' : 'zh')}
    >
      <Radio.Button value="zh">
        <span data-testid="language-zh">中文</span>
      </Radio.Button>
      <Radio.Button value="en">
        <span data-testid="language-en">English</span>
      </Radio.Button>
    </Radio.Group>
  )
}
