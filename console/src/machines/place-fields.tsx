import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Problem } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Controller, Devices, Disk } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { SelectField } from '../ui/fields.tsx';
import { ToldAtField } from '../ui/sending.ts';
import { controllerName, controllersFor, freeLocations } from './controllers.tsx';

/** Null: the first that is free, of all or of the controller. */
export interface DrivePlace {
  readonly controllerId: string | null;
  readonly location: number | null;
}

const FIRST_FREE: DrivePlace = { controllerId: null, location: null };

interface Faults {
  readonly controller: string | null;
  readonly location: string | null;
}

const NO_FAULTS: Faults = { controller: null, location: null };

/** What of a refusal is about the place, in words; null: something else was wrong. */
const faultsOf = (problem: unknown, devices: Devices | undefined, { controllerId }: DrivePlace): Faults | null => {
  if (!(problem instanceof Problem)) return null;
  const { code, errors } = problem.body;
  if (errors.some(({ path }) => path === 'location')) return { ...NO_FAULTS, location: t('place.taken') };
  if (errors.some(({ path }) => path === 'controllerId')) return { ...NO_FAULTS, controller: t('place.gone') };
  const onIde = devices?.controllers.some(
    ({ id, kind }) => kind === 'ide' && (controllerId === null || controllerId === id),
  );
  return code === 'invalid-state' && onIde === true ? { ...NO_FAULTS, controller: t('place.ide') } : null;
};

export interface ChosenPlace {
  readonly place: DrivePlace;
  readonly choose: (place: DrivePlace) => void;
  readonly devices: Devices | undefined;
  readonly faults: Faults;
  /** Puts the drive there; a refusal of the place is shown at its field. @throws ToldAtField, Problem */
  readonly put: (send: (place: DrivePlace) => Promise<unknown>) => Promise<void>;
}

/** Controllers that can be chosen; a drive that is there stays where it is at least. */
const choicesFor = (devices: Devices, kind: Disk['kind'], moving: Disk | null): readonly Controller[] => {
  const fits = controllersFor(devices, kind);
  const own = devices.controllers.find(({ id }) => id === moving?.controllerId);
  return own === undefined || fits.includes(own) ? fits : [own, ...fits];
};

export const usePlace = (of: string, kind: Disk['kind'], moving: Disk | null = null): ChosenPlace => {
  const { data: devices } = useQuery(queries.devices(of));
  const [wanted, setPlace] = useState<DrivePlace>(moving ?? FIRST_FREE);
  const [faults, setFaults] = useState(NO_FAULTS);
  // Another kind of drive may not fit on what was chosen for the one before: what is shown is what is sent. A controller that others
  // have removed is sent, and refused at its field.
  const isWanted = ({ id }: Controller): boolean => id === wanted.controllerId;
  const misfits = devices?.controllers.some(isWanted) === true && !choicesFor(devices, kind, moving).some(isWanted);
  const place = misfits ? FIRST_FREE : { controllerId: wanted.controllerId, location: wanted.location };
  return {
    place,
    devices,
    faults,
    choose: (next) => {
      setFaults(NO_FAULTS);
      setPlace(next);
    },
    put: async (send) => {
      setFaults(NO_FAULTS);
      try {
        await send(place);
      } catch (problem) {
        const told = faultsOf(problem, devices, place);
        if (told === null) throw problem;
        setFaults(told);
        throw new ToldAtField(problem);
      }
    },
  };
};

/** Controller and location of a drive: what is free, and the first of it unless something else is chosen. */
export const PlaceFields = ({
  kind,
  moving = null,
  chosen: { place, choose, devices, faults },
}: {
  readonly kind: Disk['kind'];
  /** A drive that is there: it stays on a controller. */
  readonly moving?: Disk | null;
  readonly chosen: ChosenPlace;
}): ReactNode => {
  if (devices === undefined) return null;
  const fits = choicesFor(devices, kind, moving);
  const controller = fits.find(({ id }) => id === place.controllerId);
  const free = controller === undefined ? [] : freeLocations(devices, controller, moving);
  // Taken by others since it was chosen: it stays in the list, so that nothing else is chosen silently.
  const locations =
    place.location === null || free.includes(place.location)
      ? free
      : [...free, place.location].toSorted((a, b) => a - b);
  return (
    <>
      <SelectField
        label={t('place.controller')}
        hint={controller === undefined ? t('place.first.hint') : undefined}
        fault={faults.controller}
        value={controller?.id ?? ''}
        options={[
          ...(moving === null ? [['', t('place.first')] as const] : []),
          ...fits
            .filter((each) => each.id === controller?.id || freeLocations(devices, each, moving).length > 0)
            .map((each) => [each.id, controllerName(each)] as const),
        ]}
        onChange={(id) => choose({ controllerId: id === '' ? null : id, location: null })}
      />
      {controller === undefined ? null : (
        <SelectField
          label={t('place.location')}
          fault={faults.location}
          value={place.location === null ? '' : String(place.location)}
          options={[
            ['', t('place.first')],
            ...locations.map((location) => [String(location), String(location)] as const),
          ]}
          onChange={(location) => choose({ ...place, location: location === '' ? null : Number(location) })}
        />
      )}
    </>
  );
};
