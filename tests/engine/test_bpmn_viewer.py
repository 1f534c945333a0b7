"""A standard viewer opens the export: bpmn-js, from the package registry, in a real browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from lianqiao.engine.bpmn_xml import bpmn_text
from tests.engine.simulated import promise

VIEWER = "bpmn-js@18"
OPEN = """async (text) => {
  const viewer = new BpmnJS({ container: '#canvas' });
  const { warnings } = await viewer.importXML(text);
  viewer.get('canvas').zoom('fit-viewport', 'auto');
  const shapes = viewer.get('elementRegistry').getAll();
  return { warnings: warnings.map(String), shapes: shapes.length,
           tasks: shapes.filter(shape => shape.type === 'bpmn:UserTask').length };
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def viewer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the viewer's built files; skipped where npm or its registry is out of reach."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, so the standard viewer cannot be fetched")
    folder = tmp_path_factory.mktemp("viewer")
    asked = ["npm", "install", "--no-audit", "--no-fund", "--silent", VIEWER]
    try:
        subprocess.run(asked, cwd=folder, check=True, capture_output=True, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm could not fetch {VIEWER}: {error}")
    return folder / "node_modules" / "bpmn-js" / "dist"


@pytest.mark.parametrize("name", ["microdrama-filing", "joint", "promise"])
def test_the_viewer_shows_it_without_a_warning(viewer: Path, browser: Browser, name: str) -> None:
    mechanism = promise(name)
    people = [step for step in mechanism.steps.values() if step.by in mechanism.roles]
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    try:
        page.set_content('<div id="canvas" style="height: 880px"></div>')
        page.add_style_tag(path=str(viewer / "assets" / "diagram-js.css"))
        page.add_script_tag(path=str(viewer / "bpmn-viewer.production.min.js"))
        shown: dict[str, Any] = page.evaluate(OPEN, bpmn_text(mechanism))
        texts = page.locator("svg text").all_text_contents()
    finally:
        page.close()
    assert shown["warnings"] == []
    assert shown["tasks"] == len(people)
    assert any(people[0].title.zh_hans[:4] in text for text in texts)
