"""Addresses of signing in, in Vietnamese, under the names that allauth looks up.

Absent: sign-in by a code in a letter, and sign-up by passkey; neither is offered, and a name nobody asks for needs no
address.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

ACCOUNT = [
    path("dang-nhap/", account.login, name="account_login"),
    path("dang-xuat/", account.logout, name="account_logout"),
    path("dang-ky/", account.signup, name="account_signup"),
    path("tai-khoan/bi-khoa/", account.account_inactive, name="account_inactive"),
    path("tai-khoan/xac-nhan-lai/", account.reauthenticate, name="account_reauthenticate"),
    path("tai-khoan/thu-dien-tu/", account.email, name="account_email"),
    path("tai-khoan/xac-nhan-thu/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^tai-khoan/xac-nhan-thu/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("tai-khoan/mat-khau/", account.password_change, name="account_change_password"),
    path("tai-khoan/dat-mat-khau/", account.password_set, name="account_set_password"),
    path("quen-mat-khau/", account.password_reset, name="account_reset_password"),
    path("quen-mat-khau/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^quen-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("quen-mat-khau/xong/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

SECOND_FACTOR = [
    path("tai-khoan/xac-thuc/", factors.index, name="mfa_index"),
    path("dang-nhap/buoc-hai/", factors.authenticate, name="mfa_authenticate"),
    path("tai-khoan/xac-nhan-lai/ma/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("tai-khoan/xac-thuc/ung-dung/", totp.activate_totp, name="mfa_activate_totp"),
    path("tai-khoan/xac-thuc/ung-dung/tat/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("tai-khoan/xac-thuc/ma-du-phong/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("tai-khoan/xac-thuc/ma-du-phong/tao/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("tai-khoan/xac-thuc/ma-du-phong/tai/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("tai-khoan/xac-thuc/khoa/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("tai-khoan/xac-thuc/khoa/them/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("tai-khoan/xac-nhan-lai/khoa/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("tai-khoan/xac-thuc/khoa/<int:pk>/xoa/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("tai-khoan/xac-thuc/khoa/<int:pk>/ten/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("dang-nhap/khoa/", passkeys.login_webauthn, name="mfa_login_webauthn"),
]

urlpatterns = [*ACCOUNT, *SECOND_FACTOR]
