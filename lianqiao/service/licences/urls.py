"""Addresses of licences."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.licences.pages import importing, nights, one, own, register, verifying

urlpatterns = [
    path("licences/", register.licences, name="licences"),
    path("licences/licences.xlsx", register.licences_sheet, name="licences-sheet"),
    path("licences/mine/", own.my_licences, name="my-licences"),
    path("licences/mine/licences.xlsx", own.my_licences_sheet, name="my-licences-sheet"),
    path("licences/kinds/", register.licence_kinds, name="licence-kinds"),
    path("licences/nights/", nights.licence_nights, name="licence-nights"),
    path("licences/nights/nights.xlsx", nights.licence_nights_sheet, name="licence-nights-sheet"),
    path("licences/nights/ask/", nights.licence_night_ask, name="licence-night-ask"),
    path("licences/import/", importing.licences_import, name="licences-import"),
    path("licences/import/<str:sha256>/", importing.licences_import_columns, name="licences-import-columns"),
    path("licences/imported/<int:job_id>/", importing.licences_imported, name="licences-imported"),
    # for anyone
    path("licences/verify/", verifying.licence_verify, name="licence-verify"),
    path("licences/verify/<str:code>/", verifying.licence_verify_of, name="licence-verify-of"),
    path("licences/status/<int:list_number>", verifying.licence_status, name="licence-status"),
    path(".well-known/jwks.json", verifying.licence_keys, name="licence-keys"),
    path(".well-known/jwt-vc-issuer", verifying.licence_issuer, name="licence-issuer"),
    # one licence
    path("licences/<int:licence_id>/", one.licence, name="licence"),
    path("licences/<int:licence_id>/choose/", one.licence_choose, name="licence-choose"),
    path("licences/<int:licence_id>/issue/", one.licence_issue, name="licence-issue"),
    path("licences/<int:licence_id>/revoke/", one.licence_revoke, name="licence-revoke"),
    path("licences/<int:licence_id>/fact/", one.licence_fact, name="licence-fact"),
    path("licences/<int:licence_id>/e-licence.pdf", one.licence_pdf_file, name="licence-pdf"),
    path("licences/<int:licence_id>/e-licence.jwt", one.licence_token_file, name="licence-token"),
]
