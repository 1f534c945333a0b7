"""Addresses of the mechanism studio."""

from __future__ import annotations

from django.urls import path

from lianqiao.service.studio.pages import drafts, listing, mechanism, simulations

urlpatterns = [
    path("studio/", listing.studio, name="studio"),
    path("studio/mechanisms.xlsx", listing.studio_sheet, name="studio-sheet"),
    path("studio/new/", drafts.new_promise, name="studio-new"),
    # versions being written
    path("studio/drafts/<int:draft_id>/", drafts.draft, name="studio-draft"),
    path("studio/drafts/<int:draft_id>/simulate/", simulations.draft_simulate, name="studio-draft-simulate"),
    path("studio/drafts/<int:draft_id>/publication/", drafts.publication, name="studio-publication"),
    path("studio/drafts/<int:draft_id>/dropped/", drafts.draft_dropped, name="studio-draft-dropped"),
    # simulations
    path("studio/simulations/<int:simulation_id>/", simulations.simulation, name="studio-simulation"),
    path(
        "studio/simulations/<int:simulation_id>/forgotten/",
        simulations.simulation_forgotten,
        name="studio-simulation-forgotten",
    ),
    # one promise
    path("studio/<str:promise>/", mechanism.mechanism, name="studio-mechanism"),
    path("studio/<str:promise>/diagram/", mechanism.diagram, name="studio-diagram"),
    path("studio/<str:promise>/bpmn/", mechanism.bpmn_file, name="studio-bpmn"),
    path("studio/<str:promise>/toml/", mechanism.toml_file, name="studio-toml"),
    path("studio/<str:promise>/drafts/", drafts.draft_new, name="studio-draft-new"),
    path(
        "studio/<str:promise>/versions/<int:version>/withdrawal/",
        drafts.withdrawal,
        name="studio-withdrawal",
    ),
    path("studio/<str:promise>/simulations/", simulations.simulations_list, name="studio-simulations"),
    path(
        "studio/<str:promise>/simulations/simulations.xlsx",
        simulations.simulations_sheet,
        name="studio-simulations-sheet",
    ),
    path("studio/<str:promise>/simulate/", simulations.simulate, name="studio-simulate"),
]
