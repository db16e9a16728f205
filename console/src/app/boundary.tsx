import { Component, type ReactNode } from 'react';
import { unreachable } from '../api/http.ts';
import { t } from '../i18n/index.ts';
import { Failure, Page } from '../ui/basics.tsx';

/** Browsers tell a file that did not come each in their own words. */
const MISSING = /dynamically imported module|module script failed/i;

const told = (error: unknown): unknown =>
  error instanceof TypeError && MISSING.test(error.message) ? unreachable(t('page.missing')) : error;

/** A page that cannot be drawn takes nothing else with it; most often its file is of an older console than the service. */
export class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === null ? (
      this.props.children
    ) : (
      <Page title={t('page.failed')}>
        <Failure error={told(this.state.error)} retry={() => location.reload()} />
      </Page>
    );
  }
}
