"""Every address of the site; each room names its own."""

from __future__ import annotations

from django.urls import include, path

from lianqiao.site import probes

handler400 = "lianqiao.site.failures.bad_request"
handler500 = "lianqiao.site.failures.server_error"

urlpatterns = [
    path("health/live", probes.live, name="health-live"),
    path("health/ready", probes.ready, name="health-ready"),
    path("metrics", probes.metrics, name="metrics"),
    path("", include("lianqiao.portal.urls")),
    path("", include("lianqiao.service.benefits.urls")),
    path("", include("lianqiao.service.policy_studio.urls")),
    path("", include("lianqiao.service.urls")),
    path("", include("lianqiao.innovation.talent.urls")),
    path("", include("lianqiao.service.licences.urls")),
    path("", include("lianqiao.service.assistance.urls")),
    path("", include("lianqiao.service.bundles.urls")),
    path("", include("lianqiao.service.drug.urls")),
    path("", include("lianqiao.service.duty.urls")),
    path("", include("lianqiao.service.tasks.urls")),
    path("", include("lianqiao.organization.urls")),
]
