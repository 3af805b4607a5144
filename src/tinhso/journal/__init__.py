"""The journal: what happened, once, for ever.

Owns the tables journal_entry, journal_pending, journal_head, journal_leaf, journal_node, journal_checkpoint,
journal_cursor and journal_failure. An entry is audit trail, outbox, history and source of figures in one.

append      the only way in, inside the caller's transaction
sequence    gives each entry its position and its place in the Merkle tree
follow      projections and reactions: how news goes up
seal        signed heads, and proofs that a stranger can check
verify      finds what was edited, removed, reordered or inserted afterwards

Invariant: an entry is never edited; the program's role has no right to.
Invariant: nothing here knows a kind of a room above; followers register themselves.
"""
