"""What machines fetch without signing in.

The province's emblem, the journal's signed head, its key, and proofs of inclusion.

A proof shows the entry (ids, codes, hashes, no person) and where it stands in the tree to whoever has its id, which
cannot be guessed.
"""

from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse

from tinhso.journal import seal
from tinhso.kernel.problems import N_, NotFound
from tinhso.places import queries as places
from tinhso.web.requests import Request, anyone

NOTE = "text/plain; charset=utf-8"


class NothingSealed(NotFound):
    code = "nothing-sealed-yet"
    title = N_("The journal's head has not been signed yet. Try again in a minute.")


@anyone
def emblem(request: Request) -> HttpResponseBase:
    """The province's emblem, an SVG of its pack; a policy of its own, since an SVG may carry script."""
    document = places.province(request.today)
    response = FileResponse((settings.PACKS_DIR / settings.PROVINCE / document.emblem).open("rb"))
    response["Content-Type"] = "image/svg+xml"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "public, max-age=86400"
    return response


@anyone
def checkpoint(_request: Request) -> HttpResponse:
    """The latest signed head (C2SP checkpoint): anybody may keep it, and hold the province to it."""
    latest = seal.latest_checkpoint()
    if latest is None:
        raise NothingSealed
    return HttpResponse(latest.note, content_type=NOTE)


@anyone
def journal_key(_request: Request) -> HttpResponse:
    """The public key of the signature, as a verifier key of signed notes."""
    return HttpResponse(seal.public_key(), content_type=NOTE)


@anyone
def proof(_request: Request, entry_id: UUID) -> HttpResponse:
    """The inclusion proof of an entry against the latest checkpoint, to be verified offline."""
    found = seal.proof_of(entry_id)
    if found is None:
        raise NothingSealed
    return JsonResponse(found)
