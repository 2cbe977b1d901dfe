import { isRecord } from '../../json/is-record.ts';
import type { Walk } from '../walk.ts';
import { byOrganization, listIn } from './by-organization.ts';

/** The lists of an organisation that hold its members. */
export interface MembershipOptions {
  readonly active: string;
  readonly inactive: string;
}

/**
 * Who belongs to the organisation, and who did: Close lists neither, but an organisation brings both. Each row tells
 * which it is, and of which organisation.
 */
export const byMembership = ({ active, inactive }: MembershipOptions): Walk =>
  byOrganization((organisation, id) =>
    [true, false].flatMap((isActive) =>
      listIn(organisation, isActive ? active : inactive).map((member) => ({
        ...(isRecord(member) ? member : {}),
        organization_id: id,
        is_active: isActive,
      })),
    ),
  );
