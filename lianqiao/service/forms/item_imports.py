"""What the office types to import a catalogue."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from lianqiao.bridge import packs
from lianqiao.bridge.refusals import refusal_text
from lianqiao.bridge.tables.kinds import kind_of
from lianqiao.engine.errors import Refusal
from lianqiao.engine.mechanism import CaseField, Text
from lianqiao.service.item_import.mapping import maps_of
from lianqiao.service.language import in_words, told_later

MOST_MB = 20
# CSV is text by its content
CATALOGUE = CaseField(
    type="file", title=Text(zh_hans="事项清单", en="Catalogue"), formats=("xlsx", "txt"), max_mb=MOST_MB
)


class MapForm(forms.Form):
    """Which map reads the file, and whether it is the whole catalogue."""

    map = forms.ChoiceField(label=_("Layout of the file"))
    complete = forms.BooleanField(
        label=_("This is the complete catalogue: withdraw what it no longer has"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.id, in_words(one.title)) for one in maps_of(packs.current()).values()]
        field = self.fields["map"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class CatalogueForm(MapForm):
    """The file, and how it is to be read."""

    file = forms.FileField(
        label=_("Catalogue file"),
        help_text=told_later(_("Excel (.xlsx) or CSV, up to %(limit)s MB"), limit=MOST_MB),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    field_order = ("file", "map", "complete")

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is no table at once, in the words for tables: locked, a web page, empty."""
        upload: UploadedFile[Any] = self.cleaned_data["file"]
        with tempfile.NamedTemporaryFile() as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
            copy.flush()
            try:
                kind_of(Path(copy.name), str(upload.name))
            except Refusal as refusal:
                raise forms.ValidationError([refusal_text(one) for one in refusal.problems]) from None
        return upload
