"""Every write of the room.

Drafts (the citizen's), filing, moving (what happens to a dossier), indexing (the catalogue's search).
"""
