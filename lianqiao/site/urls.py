"""Every address of the site; each room names its own."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("lianqiao.portal.urls")),
    path("", include("lianqiao.service.urls")),
    path("", include("lianqiao.organization.urls")),
]
