//! Statements over what servers that share the store have between them.

/// Takes a lease that nobody has, or that lapsed, or lengthens one's own. Gives no row where it is another's.
pub(crate) const TAKE_LEASE: &str = "
    INSERT INTO lease (what, holder, fence, until)
    VALUES ($1, $2, 1, clock_timestamp() + $3::bigint * interval '1 millisecond')
    ON CONFLICT (what) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until,
        fence = CASE WHEN lease.holder = EXCLUDED.holder THEN lease.fence ELSE lease.fence + 1 END
    WHERE lease.holder = EXCLUDED.holder OR lease.until < clock_timestamp()
    RETURNING fence";

/// Lapses every lease of a holder.
pub(crate) const RELEASE: &str = "UPDATE lease SET until = '-infinity' WHERE holder = $1";

/// The leases that a group was decided under, held against being taken over until its transaction ends.
pub(crate) const HOLD_LEASES: &str =
    "SELECT what, fence FROM lease WHERE what = ANY ($1::text[]) ORDER BY what FOR SHARE";

/// How far rule sets have come with incidents.
pub(crate) const LOOKS: &str = "
    SELECT incident, seq, looked, look_again_at, closed, coalesce(lease.until >= clock_timestamp(), false)
    FROM head LEFT JOIN lease ON lease.what = head.incident
    WHERE incident = ANY ($1::text[]) ORDER BY incident";

/// What may have changed beside the records, as numbers that are others where it did.
pub(crate) const BESIDE: &str = "
    SELECT (SELECT coalesce(max(number), 0) FROM install_end),
           (SELECT coalesce(max(number), 0) FROM register_import),
           (SELECT coalesce(sum(hashtext(concat_ws(' ', number, deleted, paused, paused_at))::bigint), 0)::bigint
            FROM webhook LEFT JOIN webhook_progress ON webhook = number)
           + (SELECT count(*) FROM webhook_dead WHERE again)";

/// The last revision that anybody drew. Nothing was drawn while it says that it was not called.
pub(crate) const DRAWN: &str = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM revision";
