/** The columns that this tap adds to what Close sends. */

/** What no other column holds, as the text of a JSON object. */
export const EXTRA = '_extra';

/** When an object was deleted. Targets know the column by this name. */
export const DELETED_AT = '_sdc_deleted_at';

/** Which object it was merged into. */
export const MERGED_INTO = 'merged_into_id';
