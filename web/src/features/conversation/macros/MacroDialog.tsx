import { Button, Group, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Search, Wand } from 'lucide-react'
import { useState } from 'react'
import { type Schemas, api, ok, problemText, uniqueId } from '@/lib/api'
import { useT } from '@/lib/i18n'
import { matchesText } from '@/kit/Choose'
import { Dialog } from '@/kit/overlays'
import { Delayed, Empty, ErrorState, SkeletonRows } from '@/kit/states'
import { useToasts } from '@/kit/toast'
import { useStatuses } from '../../cases/names'
import { Steps } from '../../rules/Steps'
import { keys } from '../caches'
import { insertInto } from '../insertions'
import type { Detail } from '../types'
import type { Macro } from './open'
import classes from './Macros.module.css'

type Use = Schemas['MacroUseOutputBody']

interface Props {
  detail: Detail
  /** Chosen already, elsewhere. */
  first: Macro | undefined
  onClose: () => void
}

/** Finds a macro, shows what it would send and change, and applies it. */
export function MacroDialog({ detail, first, onClose }: Props) {
  const t = useT()
  const [chosen, setChosen] = useState(first)
  return (
    <Dialog opened onClose={onClose} title={chosen?.name ?? t('macros.use')} size={560}>
      {chosen ? <Preview macro={chosen} detail={detail} onBack={() => setChosen(undefined)} onClose={onClose} /> : <List detail={detail} onChoose={setChosen} />}
    </Dialog>
  )
}

function List({ detail, onChoose }: { detail: Detail; onChoose: (macro: Macro) => void }) {
  const t = useT()
  const [typed, setTyped] = useState('')
  const macros = useQuery({ queryKey: ['macros', detail.brand_id], queryFn: async () => (await ok(api.GET('/api/v1/macros', { params: { query: { brand: detail.brand_id } } }))).items, staleTime: 0 })
  const found = (macros.data ?? []).filter((m) => matchesText(`${m.name} ${m.about}`, typed))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (found[0]) onChoose(found[0])
      }}
    >
      <TextInput data-autofocus type="search" leftSection={<Search size={16} aria-hidden />} aria-label={t('macros.search')} placeholder={t('macros.search')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
      <div className={classes.list}>
        {macros.isPending && (
          <Delayed>
            <SkeletonRows rows={3} height="44px" />
          </Delayed>
        )}
        {macros.isError && <ErrorState error={macros.error} onRetry={() => void macros.refetch()} />}
        {macros.isSuccess && found.length === 0 && <Empty title={t(typed ? 'state.nothingFound' : 'macros.none')} />}
        <ul>
          {found.map((macro) => (
            <li key={macro.id}>
              <button type="button" className={classes.macro} onClick={() => onChoose(macro)}>
                <Wand size={16} aria-hidden />
                <span>
                  <strong>{macro.name}</strong>
                  {macro.about && <small>{macro.about}</small>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
    </form>
  )
}

function Preview({ macro, detail, onBack, onClose }: { macro: Macro; detail: Detail; onBack: () => void; onClose: () => void }) {
  const t = useT()
  const toasts = useToasts()
  const cache = useQueryClient()
  const things = useNamed()
  const [name] = useState(uniqueId) // sent again, it is the same use
  const preview = useQuery({
    queryKey: ['macros', 'preview', macro.id, detail.id],
    queryFn: () => ok(api.GET('/api/v1/macros/{id}/preview', { params: { path: { id: macro.id }, query: { conversation: detail.id } } })),
    staleTime: 0,
    gcTime: 0,
  })
  const use = useMutation({
    mutationFn: () => ok(api.POST('/api/v1/macros/{id}/uses', { params: { path: { id: macro.id } }, body: { conversation_id: detail.id, client_id: name } })),
    onSuccess: (used: Use) => {
      void cache.invalidateQueries({ queryKey: keys.one(detail.id) })
      if (used.insert) insertInto(detail.id, used.insert)
      if (!used.done) return
      toasts.show({ kind: 'done', text: t('macros.applied') })
      onClose()
    },
  })
  const shown = use.data ?? preview.data
  const sends = preview.data?.steps.some((s) => s.command.do === 'send_reply' && (s.unknown?.length ?? 0) > 0)
  return (
    <>
      <section className={classes.preview} aria-label={t('macros.preview')}>
        {preview.isPending && (
          <Delayed>
            <SkeletonRows rows={3} height="44px" />
          </Delayed>
        )}
        {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
        {shown && <Steps steps={shown.steps} things={things} ahead={!use.data} />}
        <div role="alert">
          {use.isError && <p className={classes.wrong}>{problemText(t, use.error)}</p>}
          {use.data && !use.data.done && <p className={classes.wrong}>{t('macros.part')}</p>}
        </div>
      </section>
      <Group justify="flex-end">
        {use.data ? (
          <Button onClick={onClose}>{t('act.close')}</Button>
        ) : (
          <>
            <Button variant="default" onClick={onBack}>
              {t('macros.back')}
            </Button>
            <Button data-autofocus leftSection={<Wand size={15} aria-hidden />} disabled={!preview.data || sends} loading={use.isPending} onClick={() => use.mutate()}>
              {t('macros.apply')}
            </Button>
          </>
        )}
      </Group>
    </>
  )
}

/** The names that an agent may know of what commands name. */
function useNamed() {
  const { offered, nameOf } = useStatuses()
  return { case_status: offered.map((s) => ({ value: s.id, label: nameOf(s.id) })) }
}
