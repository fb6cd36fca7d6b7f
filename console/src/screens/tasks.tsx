// Everything parked: what Minitill would not decide alone, why, and what to do.
import { useContext } from 'react'
import { textOrNull } from '../api/read.ts'
import type { Task } from '../api/shapes.ts'
import { LanguageContext, useTexts } from '../language.ts'
import { usePages } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Details } from '../parts/details.tsx'
import { Moment } from '../parts/moment.tsx'
import { EmptyState, MoreRows, Screen } from '../parts/screen.tsx'
import { useSession } from '../session.ts'
import { Answer } from './refunds.tsx'

export function Tasks() {
  const { api } = useSession()
  const loaded = usePages(api.tasks)
  return (
    <Screen title="tasks" about="tasksAbout" loaded={loaded}>
      {(tasks) =>
        tasks.length === 0 ? (
          <div className="card">
            <EmptyState icon="done" title="noTasks" about="noTasksAbout" />
          </div>
        ) : (
          <>
            {tasks.map((task) => (
              <TaskCard key={task.id} task={task} reload={loaded.reload} />
            ))}
            {loaded.hasMore && <MoreRows {...loaded} />}
          </>
        )
      }
    </Screen>
  )
}

function TaskCard({ task, reload }: { task: Task; reload(): void }) {
  const refundId = task.kind === 'refund_approval' ? textOrNull(task.detail['refund']) : null
  const texts = useTexts()
  const language = useContext(LanguageContext)
  return (
    <article className="card task" data-testid="task">
      <header>
        <h2>{task.title[language]}</h2>
        <small>
          {texts('since')} <Moment at={task.createdAt} />
        </small>
      </header>
      {task.advice[language] !== '' && (
        <p className="advice">
          <b>{texts('advice')}</b>
          {task.advice[language]}
        </p>
      )}
      <dl data-testid="task-detail">
        {task.subject !== '' && (
          <>
            <dt>{texts('about')}</dt>
            <dd>
              <Copyable text={task.subject} />
            </dd>
          </>
        )}
        <Details of={task.detail} />
      </dl>
      {refundId !== null && <Answer refundId={refundId} done={reload} />}
      <footer>
        <code>{task.kind}</code>
        {task.reason !== '' && <code>{task.reason}</code>}
        <Copyable text={task.id} />
      </footer>
    </article>
  )
}
