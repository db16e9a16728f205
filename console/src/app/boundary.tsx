import { Component, type ReactNode } from 'react';
import { Failure } from '../ui/basics.tsx';

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
      <Failure error={this.state.error} retry={() => location.reload()} />
    );
  }
}
