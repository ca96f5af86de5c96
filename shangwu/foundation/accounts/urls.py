"""Addresses of signing in (/account/) and of keeping accounts (/office/accounts/).

Only the pages of allauth that the office uses are here: nobody signs up, and there is no e-mail.
"""

from allauth.account import views as sign_in
from allauth.mfa.urls import urlpatterns as mfa_patterns
from django.urls import include, path

from shangwu.foundation.accounts import views
from shangwu.foundation.accounts.roles import OWN_ACCOUNT, PUBLIC
from shangwu.foundation.web.entry import entry, entry_all

# Between password and second factor, and with a passkey, a person is not signed in yet.
NOT_YET_SIGNED_IN = {"mfa_authenticate", "mfa_login_webauthn"}
entry_all(mfa_patterns, allow=PUBLIC, writes=True, records_reading=True, only=NOT_YET_SIGNED_IN)
entry_all(mfa_patterns, allow=OWN_ACCOUNT, writes=True, records_reading=True)

# allauth keeps what it asked and answered in the session, also on GET.
anybody = entry(allow=PUBLIC, writes=True, records_reading=True)
signed_in = entry(allow=OWN_ACCOUNT, writes=True, records_reading=True)

urlpatterns = [
    path("account/login/", anybody(sign_in.login), name="account_login"),
    path("account/logout/", anybody(sign_in.logout), name="account_logout"),
    path("account/inactive/", anybody(sign_in.account_inactive), name="account_inactive"),
    path(
        "account/reauthenticate/",
        signed_in(sign_in.reauthenticate),
        name="account_reauthenticate",
    ),
    path(
        "account/password/change/",
        signed_in(sign_in.password_change),
        name="account_change_password",
    ),
    path("account/mfa/", include(mfa_patterns)),
    path("account/sessions/", views.sessions, name="usersessions_list"),
    path("account/profile/", views.profile, name="profile"),
    path("office/delegations/new/", views.delegate, name="delegate"),
    path("office/delegations/<uuid:number>/revoke/", views.revoke, name="revoke-delegation"),
    path("office/accounts/", views.account_list, name="accounts"),
    path("office/accounts/new/", views.account_new, name="account-new"),
    path("office/accounts/<uuid:number>/", views.account_page, name="account"),
    path("office/accounts/<uuid:number>/active/", views.account_active, name="account-active"),
    path(
        "office/accounts/<uuid:number>/password/", views.one_time_password, name="account-password"
    ),
    path("office/accounts/<uuid:number>/appoint/", views.appoint, name="account-appoint"),
    path("office/accounts/<uuid:number>/factor/", views.reset_factor, name="account-factor"),
    path(
        "office/accounts/appointments/<uuid:number>/end/",
        views.end_appointment,
        name="appointment-end",
    ),
]
