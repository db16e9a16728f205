import { type InputHTMLAttributes, type ReactNode, useId } from 'react';

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | null | undefined;
}

const Frame = ({
  label,
  hint,
  fault,
  children,
}: FieldProps & { readonly children: (ids: { id: string; describedBy: string }) => ReactNode }): ReactNode => {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, describedBy: `${id}-hint` })}
      <div id={`${id}-hint`}>
        {fault == null ? null : (
          <span className="fault" role="alert">
            {fault}
          </span>
        )}
        {hint === undefined || fault != null ? null : <span className="hint">{hint}</span>}
      </div>
    </div>
  );
};

type TextProps = FieldProps &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & {
    readonly value: string;
    readonly onChange: (value: string) => void;
    readonly unit?: string;
    /** Stands right of the field. */
    readonly beside?: ReactNode;
  };

export const TextField = ({ label, hint, fault, value, onChange, unit, beside, ...rest }: TextProps): ReactNode => (
  <Frame label={label} hint={hint} fault={fault}>
    {({ id, describedBy }) => (
      <div className="unit">
        <input
          id={id}
          aria-describedby={describedBy}
          aria-invalid={fault != null}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          {...rest}
        />
        {unit === undefined ? null : <span className="muted">{unit}</span>}
        {beside}
      </div>
    )}
  </Frame>
);

/** Whole numbers. Text that is none stays as typed and is told as NaN. */
export const NumberField = ({
  value,
  onChange,
  ...rest
}: Omit<TextProps, 'value' | 'onChange'> & {
  readonly value: number;
  readonly onChange: (value: number) => void;
}): ReactNode => (
  <TextField
    {...rest}
    type="number"
    inputMode="numeric"
    value={Number.isNaN(value) ? '' : String(value)}
    onChange={(text) => onChange(text === '' ? Number.NaN : Number(text))}
  />
);

export const AreaField = ({
  label,
  hint,
  fault,
  value,
  onChange,
}: FieldProps & { readonly value: string; readonly onChange: (value: string) => void }): ReactNode => (
  <Frame label={label} hint={hint} fault={fault}>
    {({ id, describedBy }) => (
      <textarea
        id={id}
        aria-describedby={describedBy}
        aria-invalid={fault != null}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    )}
  </Frame>
);

export const SelectField = ({
  label,
  hint,
  fault,
  value,
  options,
  onChange,
}: FieldProps & {
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}): ReactNode => (
  <Frame label={label} hint={hint} fault={fault}>
    {({ id, describedBy }) => (
      <select id={id} aria-describedby={describedBy} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    )}
  </Frame>
);

export const CheckField = ({
  label,
  hint,
  checked,
  disabled = false,
  onChange,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}): ReactNode => (
  <label className="check">
    <input type="checkbox" checked={checked} disabled={disabled} onChange={(event) => onChange(event.target.checked)} />
    <span>
      {label}
      {hint === undefined ? null : (
        <small className="muted" style={{ display: 'block' }}>
          {hint}
        </small>
      )}
    </span>
  </label>
);

export const Choices = ({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string, hint: string])[];
  readonly onChange: (value: string) => void;
}): ReactNode => {
  const name = useId();
  return (
    <fieldset className="options">
      <legend>{label}</legend>
      {options.map(([key, text, hint]) => (
        <label key={key} className="option">
          <input type="radio" name={name} checked={value === key} onChange={() => onChange(key)} />
          <span>
            {text}
            <small>{hint}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
};
