import { html } from 'ghtml';
import type { Fault } from './fault.ts';

interface Field {
  /** Its name, and its id. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What a browser may fill in; `off` for nothing. */
  readonly autocomplete: string;
  /** What went wrong, here or in another field. */
  readonly fault: Fault | null;
}

interface InputField extends Field {
  readonly type?: 'text' | 'email' | 'password' | 'tel';
  readonly value?: string | null;
  readonly required?: boolean;
}

/** A field of one line. */
export const inputField = (field: InputField): string =>
  around(
    field,
    html`<input !${common(field)} type="${field.type ?? 'text'}" value="${field.value ?? ''}"!${field.required ? ' required' : ''}>`,
  );

/** A field of several lines. The first line break after the tag is no part of the text. */
export const textField = (field: Field & { readonly value: string | null }): string =>
  around(
    field,
    html`<textarea !${common(field)} rows="3">
${field.value ?? ''}</textarea>`,
  );

interface Choice {
  readonly value: string;
  readonly label: string;
  /** The language of the label, where it is not the page's. */
  readonly lang?: string;
}

/** A list to choose one of. */
export const selectField = (
  field: Field & { readonly choices: readonly Choice[]; readonly value: string | null },
): string =>
  around(
    field,
    html`<select !${common(field)}>!${field.choices.map(
      ({ value, label, lang }) =>
        html`<option value="${value}"!${lang ? html` lang="${lang}"` : ''}!${value === field.value ? ' selected' : ''}>${label}</option>`,
    )}</select>`,
  );

/** A box to tick. */
export const checkField = (field: Omit<Field, 'autocomplete'>): string => html`<div class="field">
!${faultText(field)}<div class="check"><input type="checkbox" value="yes" required !${common({ ...field, autocomplete: 'off' })}><label for="${field.name}">${field.label}</label></div>
</div>
`;

/** An address that can't be changed here; those who keep passwords see whose it is. */
export const fixedEmail = (label: string, email: string): string => html`<div class="field">
<label for="email">${label}</label>
<input id="email" type="email" autocomplete="username" value="${email}" readonly>
</div>
`;

interface Form {
  /** The page that takes it, relative to this one. */
  readonly page: string;
  /** What goes along unseen. */
  readonly hidden: Readonly<Record<string, string>>;
  /** HTML of its fields. */
  readonly fields?: string;
  readonly action: string;
  readonly quiet?: boolean;
}

/** A form with one button. Faults are told by the answer, in the page's language: a browser would speak its own. */
export const form = ({
  page,
  hidden,
  fields,
  action,
  quiet,
}: Form): string => html`<form method="post" action="${page}" novalidate>
!${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
!${fields ?? ''}<button!${quiet ? ' class="quiet"' : ''}>${action}</button>
</form>
`;

const common = ({ name, autocomplete, fault, hint }: Omit<Field, 'label'>): string => {
  const described = [isAtFault(name, fault) && `${name}-fault`, hint && `${name}-hint`].filter(Boolean);
  return [
    html`id="${name}" name="${name}" autocomplete="${autocomplete}"`,
    described.length > 0 ? html`aria-describedby="${described.join(' ')}"` : '',
    isAtFault(name, fault) ? 'aria-invalid="true"' : '',
  ]
    .filter(Boolean)
    .join(' ');
};

const isAtFault = (name: string, fault: Fault | null) => fault?.field === name;

const faultText = ({ name, fault }: Omit<Field, 'autocomplete'>): string =>
  isAtFault(name, fault)
    ? html`<p class="fault" id="${name}-fault">${fault?.message ?? ''}</p>
`
    : '';

const around = (field: Field, control: string): string => html`<div class="field">
<label for="${field.name}">${field.label}</label>
!${field.hint ? html`<p class="hint" id="${field.name}-hint">${field.hint}</p>` : ''}
!${faultText(field)}!${control}
</div>
`;
