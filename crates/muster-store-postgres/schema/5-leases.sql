-- Whose turn something is that one server at a time does: the evaluation of an incident, the delivery of webhooks. A
-- statement here is never edited once released.

-- Whoever takes a lease over gets a greater `fence`; what was decided under a smaller one is refused when it is written.
-- Time is that of this server. The rows are small and turned often: room is left in their pages for it.
CREATE TABLE lease (
    what   text        COLLATE "C" PRIMARY KEY,
    holder text        COLLATE "C" NOT NULL,
    fence  bigint      NOT NULL CHECK (fence >= 1),
    until  timestamptz NOT NULL
) WITH (fillfactor = 50);
