import type { ReactNode } from 'react';

export const Brand = ({ host }: { readonly host?: string | undefined }): ReactNode => (
  <a className="brand" href="#/">
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="2" y="4" width="28" height="19" rx="3" fill="var(--fill)" />
      <rect x="5" y="7" width="22" height="13" rx="1" fill="#e8f0fc" />
      <path d="M12 10.5v6l6-3z" fill="#1c59b5" />
      <rect x="10" y="26" width="12" height="2.5" rx="1.25" fill="var(--fill)" />
    </svg>
    <span>vsms{host === undefined ? '' : ` · ${host}`}</span>
  </a>
);
