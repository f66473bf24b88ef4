import { html } from 'ghtml';
import { translator } from '../../identity/translator.ts';
import { countriesIn } from './countries.ts';
import { inputField, selectField, textField } from './form.ts';
import type { InvitationView } from './invitation-view.ts';

/** The details of a new organization that need not be given; of each what a browser may fill in. */
const OPTIONAL = {
  contactEmail: { type: 'email', autocomplete: 'email' },
  phone: { type: 'tel', autocomplete: 'tel' },
  address: { type: 'text', autocomplete: 'street-address' },
  country: { type: 'text', autocomplete: 'country' },
  registrationNumber: { type: 'text', autocomplete: 'off' },
  taxId: { type: 'text', autocomplete: 'off' },
} as const;

/** The fields of a new organization and its first portfolio, named like the input of `acceptInvitation`. */
export function describeFields({ language, typed, fault }: InvitationView): string[] {
  const translate = translator(language, 'pages');
  const optional = (label: string) => translate('optional', { label: translate(label) });
  const countryChoices = () => [
    { value: '', label: translate('noCountry') },
    ...countriesIn(language).map(({ code, name }) => ({ value: code, label: name })),
  ];
  const more = Object.entries(OPTIONAL).map(([field, { type, autocomplete }]) => {
    const name = `organization.${field}`;
    const shared = { name, label: optional(`label.${field}`), autocomplete, value: typed(name), fault };
    if (field === 'address') return textField(shared);
    if (field === 'country') return selectField({ ...shared, choices: countryChoices() });
    return inputField({ ...shared, type });
  });
  const isTyped = Object.keys(OPTIONAL).some((field) => typed(`organization.${field}`));
  return [
    inputField({
      name: 'organization.name',
      label: translate('label.organizationName'),
      autocomplete: 'organization',
      value: typed('organization.name'),
      required: true,
      fault,
    }),
    inputField({
      name: 'portfolioName',
      label: optional('label.portfolioName'),
      hint: translate('hint.portfolioName'),
      autocomplete: 'off',
      value: typed('portfolioName'),
      fault,
    }),
    // Open where something is in it, which may be at fault.
    html`<details!${isTyped ? ' open' : ''}>
<summary>${translate('more')}</summary>
!${more}</details>
`,
  ];
}
