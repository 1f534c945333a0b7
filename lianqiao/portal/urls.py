"""Addresses of the front door."""

from __future__ import annotations

from django.urls import include, path

from lianqiao.portal.pages import (
    account,
    home,
    lists,
    members,
    my_firms,
    outside,
    privacy,
    registering,
    second_step,
    sign_in,
    tokens,
)
from lianqiao.portal.pages.registers import bindings, deletions, duties, keeping, locks, people, units

ACCOUNT = [
    path("", account.account, name="account"),
    path("confirm/", account.confirm, name="confirm"),
    path("password/", account.password, name="password"),
    path("second-factor/", account.second_factor, name="second-factor"),
    path("second-factor/removal/", account.second_factor_removal, name="second-factor-removal"),
    path("recovery-codes/", account.recovery_codes, name="recovery-codes"),
    path("sessions/others/ending/", account.other_sessions_ending, name="other-sessions-ending"),
    path("sessions/<str:label>/ending/", account.session_ending, name="session-ending"),
    path("data/", privacy.my_data, name="my-data"),
    path("data/copy/", privacy.copy, name="my-data-copy"),
    path("data/consent/", privacy.consent, name="consent"),
    path("data/deletion/", privacy.deletion, name="deletion"),
    path("data/deletion/withdrawal/", privacy.deletion_withdrawal, name="deletion-withdrawal"),
]
FIRMS = [
    path("", my_firms.my_firms, name="my-firms"),
    path("acting/", my_firms.acting, name="acting"),
    path("requests/<int:request_id>/withdrawal/", my_firms.withdrawal, name="binding-withdrawal"),
    path("memberships/<int:membership_id>/ending/", my_firms.leaving, name="membership-ending"),
    path("<str:credit_code>/members/", members.members, name="members"),
    path("<str:credit_code>/members/sheet/", members.members_sheet, name="members-sheet"),
    path(
        "<str:credit_code>/members/<int:membership_id>/ending/", members.member_ending, name="member-ending"
    ),
    path(
        "<str:credit_code>/members/<int:membership_id>/administration/",
        members.administration,
        name="administration",
    ),
    path("<str:credit_code>/requests/<int:request_id>/", members.member_answer, name="member-answer"),
]
REGISTERS = [
    path("", keeping.registers, name="registers"),
    path("bindings/", bindings.bindings, name="bindings"),
    path("bindings/sheet/", bindings.bindings_sheet, name="bindings-sheet"),
    path("bindings/<int:request_id>/", bindings.binding, name="binding"),
    path("bindings/<int:request_id>/person/", bindings.binding_person, name="binding-person"),
    path("deletions/", deletions.deletions, name="deletions"),
    path("deletions/sheet/", deletions.deletions_sheet, name="deletions-sheet"),
    path("deletions/<int:request_id>/", deletions.deletion, name="deletion-answer"),
    path("people/", people.people, name="people"),
    path("people/sheet/", people.people_sheet, name="people-sheet"),
    path("people/new/", people.person_new, name="person-new"),
    path("people/<int:person_id>/", people.person, name="person"),
    path("people/<int:person_id>/closing/", people.closing, name="person-closing"),
    path("people/<int:person_id>/second-factor/", people.factor_removal, name="person-factor"),
    path("people/<int:person_id>/sessions/", people.sessions_ending, name="person-sessions"),
    path("people/<int:person_id>/duties/new/", duties.duty_new, name="duty-new"),
    path("duties/<int:duty_id>/ending/", duties.duty_ending, name="duty-ending"),
    path("duties/<int:duty_id>/hand-over/", duties.hand_over, name="duty-hand-over"),
    path("units/", units.units, name="units"),
    path("units/sheet/", units.units_sheet, name="units-sheet"),
    path("locks/", locks.locks, name="locks"),
    path("locks/sheet/", locks.locks_sheet, name="locks-sheet"),
    path("locks/<int:tries_id>/unlocking/", locks.unlocking, name="unlocking"),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("api/v1/", include("lianqiao.portal.api.addresses")),
    path("start/", home.start, name="start"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", second_step.code, name="sign-in-code"),
    path("sign-in/outside/", outside.leave, name="outside"),
    path("sign-in/outside/back/", outside.come_back, name="outside-back"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign-out"),
    path("register/", registering.register, name="register"),
    path("password/forgotten/", registering.forgotten, name="forgotten"),
    path("letters/<str:secret>/", registering.letter, name="letter"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("set-language/", sign_in.set_language, name="set-language"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/sheet/", tokens.tokens_sheet, name="tokens-sheet"),
    path("tokens/<int:token_id>/revocation/", tokens.revoke, name="token-revocation"),
    path("lists/<slug:name>/columns/", lists.columns, name="list-columns"),
    path("lists/<slug:name>/views/", lists.views, name="list-views"),
    path("lists/<slug:name>/views/<int:view_id>/", lists.view, name="list-view"),
    path("personas/<int:pk>/", sign_in.step_into, name="personas"),
    path("account/", include(ACCOUNT)),
    path("firms/", include(FIRMS)),
    path("registers/", include(REGISTERS)),
]
