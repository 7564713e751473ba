import { computed, inject, type InjectionKey, onBeforeUnmount, onMounted, provide } from 'vue'

import { t } from '@/i18n'

import { labelOf } from './messages'
import type { Form } from './useForm'
import { isRequiredBy, lengthOf } from './validation'

const FORM: InjectionKey<Form> = Symbol('form')

/** Give a form to the fields and buttons below this component. */
export function provideForm(form: Form): void {
  provide(FORM, form)
}

/** Return the form that this component is part of. */
export function useParentForm(): Form {
  const form = inject(FORM)
  if (!form) throw new Error('A field needs an <AppForm> around it.')
  return form
}

/** A field of the form around this component. */
export interface FieldProps {
  /** The API's name of the field. */
  name: string
  /** Default: the label of a field that many forms have, such as `email`. */
  label?: string
  /** Whether this form requires a field that the API does not. */
  required?: boolean
}

/** Share of the longest text from which on the length is shown. */
const NEAR_LIMIT = 0.9

/** Return the state of a field, for the component that shows it. */
export function useField<Value>(props: FieldProps) {
  const form = useParentForm()
  const constraint = computed(() => form.schema[props.name] ?? { type: 'string' as const })
  const isRequired = computed(() => isRequiredBy(constraint.value) || props.required === true)

  const value = computed({
    get: () => form.values[props.name] as Value,
    set: (next) => {
      form.values[props.name] = (next ?? (constraint.value.type === 'number' ? undefined : '')) as NonNullable<Value>
    },
  })
  const error = computed(() => form.errors[props.name])
  const label = computed(() => {
    const text = props.label ?? labelOf(props.name) ?? props.name
    return isRequired.value || constraint.value.type === 'boolean' ? text : t('forms.optional', { label: text })
  })
  /** The longest text, once the user comes near it. */
  const limit = computed(() => {
    const { maxLength = Infinity } = constraint.value
    return typeof value.value === 'string' && lengthOf(value.value) > NEAR_LIMIT * maxLength ? maxLength : undefined
  })

  onMounted(() => form.shown.set(props.name, isRequired.value))
  onBeforeUnmount(() => form.shown.delete(props.name))

  /** Attributes of any kind of field. */
  const attributes = computed(() => ({
    name: props.name,
    label: label.value,
    'aria-invalid': error.value ? true : undefined,
    errorMessages: error.value,
    onBlur: () => {
      form.leave(props.name)
    },
  }))

  return { form, constraint, value, limit, isRequired, attributes }
}
