"""Addresses of the citizens' door. Slugs are Vietnamese in both languages: people know an address by its sound."""

from django.urls import path

from tinhso.web.portal import answering, checking, demo, filing, following, papers, reading, receipts, static_pages

urlpatterns = [
    path("", reading.home, name="home"),
    path("thu-tuc/", reading.procedures, name="procedures"),
    path("thu-tuc/<str:code>/", reading.procedure, name="procedure"),
    path("nop/ho-so/<uuid:draft_id>/", filing.resume, name="file-resume"),
    path("nop/ho-so/<uuid:draft_id>/xoa/", filing.give_up, name="file-give-up"),
    path("nop/ho-so/<uuid:draft_id>/<slug:page_id>/", filing.page, name="file-page"),
    path("nop/ho-so/<uuid:draft_id>/<slug:page_id>/tu-luu/", filing.autosave, name="file-autosave"),
    path("nop/ho-so/<uuid:draft_id>/<slug:paper_id>/tep/", papers.upload, name="file-upload"),
    path("nop/<str:code>/", filing.begin, name="file"),
    path("theo-doi/", following.track, name="track"),
    path("ho-so/", following.mine, name="my-dossiers"),
    path("ho-so/da-doc/", following.notices_read, name="notices-read"),
    path("ho-so/<str:code>/", following.dossier, name="dossier"),
    path("ho-so/<str:code>/bien-nhan/", receipts.receipt, name="receipt"),
    path("ho-so/<str:code>/bo-sung/", answering.supplement, name="dossier-supplement"),
    path("ho-so/<str:code>/rut/", answering.withdraw, name="dossier-withdraw"),
    path("ho-so/<str:code>/tep/<uuid:document_id>/", following.file, name="dossier-file"),
    path("kiem-tra/", checking.verify, name="verify"),
    path("kiem-tra/<str:token>/", checking.check, name="check-paper"),
    path("tai-khoan/", static_pages.my_account, name="my-account"),
    path("tro-giup/", static_pages.help_page, name="help"),
    path("tiep-can/", static_pages.accessibility, name="accessibility"),
    path("du-lieu-ca-nhan/", static_pages.privacy, name="privacy"),
    path("tinh-trang/", static_pages.system_state, name="system-state"),
    path("thu/", demo.letters, name="mailbox"),
    path("mau/", demo.gallery, name="gallery"),
]
