"""Addresses of the desk. A dossier's code has figures and dashes, so it never meets a word that stands before it."""

from django.urls import path

from tinhso.web.desk import administration, bulk, dossier, inbox, lookup, moves, papers, reception

urlpatterns = [
    path("", inbox.inbox, name="desk-inbox"),
    path("chuyen-buoc/", bulk.hand_on, name="desk-bulk"),
    path("tiep-nhan/", reception.reception, name="desk-reception"),
    path("tiep-nhan/<str:code>/", reception.begin, name="desk-reception-begin"),
    path("tra-cuu/", lookup.search, name="desk-search"),
    path("thong-bao/", lookup.notices_list, name="desk-notices"),
    path("thong-bao/da-doc/", lookup.read_notice, name="desk-notice-read"),
    path("quan-tri/", administration.administration, name="desk-administration"),
    path("quan-tri/goi/", administration.published_packs, name="desk-packs"),
    path("quan-tri/su-co/", administration.reactions, name="desk-reactions"),
    path("quan-tri/nhat-ky/", administration.journal_head, name="desk-journal-head"),
    path("quan-tri/chua-xac-minh/", administration.unverified, name="desk-unverified"),
    path("<str:code>/", dossier.overview, name="desk-dossier"),
    path("<str:code>/giay-to/", dossier.all_papers, name="desk-papers"),
    path("<str:code>/danh-gia/", papers.judge, name="desk-judge"),
    path("<str:code>/nhat-ky/", dossier.journal, name="desk-journal"),
    path("<str:code>/ai-xem-duoc/", dossier.access, name="desk-access"),
    path("<str:code>/viec/<slug:slug>/", moves.move, name="desk-move"),
    path("<str:code>/tep/<uuid:document_id>/", papers.file, name="desk-file"),
    path("<str:code>/tep/<uuid:document_id>/trang/<int:page>/", papers.preview, name="desk-preview"),
]
