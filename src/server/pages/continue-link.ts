import { html } from 'ghtml';
import type { Translate } from '../../identity/translator.ts';

/** The way on for whoever is signed in. */
export const continueLink = (translate: Translate) => html`<p><a href="graphql">${translate('api')}</a></p>
`;
