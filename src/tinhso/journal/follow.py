"""Following the journal: the sequencer, the projections and the reactions, once or in a loop."""

from tinhso.journal.registry import projection, reaction

__all__ = ["projection", "reaction"]
