import { isRecord } from '../../json/is-record.ts';
import type { Walk } from '../walk.ts';
import { byOrganization, listIn } from './by-organization.ts';

/** The fields of an organization that hold its members, and its former members. */
export interface MembershipOptions {
  readonly active: string;
  readonly inactive: string;
}

/**
 * Reads the members and the former members of the organization. Close has no list of them, but the object of the
 * organization holds both. Each row gets `organization_id` and `is_active`.
 */
export const byMembership = ({ active, inactive }: MembershipOptions): Walk =>
  byOrganization((organization, id) =>
    [true, false].flatMap((isActive) =>
      listIn(organization, isActive ? active : inactive).map((member) => ({
        ...(isRecord(member) ? member : {}),
        organization_id: id,
        is_active: isActive,
      })),
    ),
  );
