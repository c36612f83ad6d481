"""Reports -> JUnit XML, in the shape that CI servers read (one suite, one case a dialogue)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from chatrec.errors import StorageError
from chatrec.testkit.report import failure_text
from chatrec.testkit.runner import Report

# What XML 1.0 has no way to write; shoppers' messages may hold it.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(reports: Sequence[Report], path: Path) -> None:
    """Write the report file.

    Raises:
        StorageError: the file cannot be written.
    """
    tree = ElementTree.ElementTree(_suites(reports))
    ElementTree.indent(tree)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        tree.write(path, encoding="utf-8", xml_declaration=True)
    except OSError as exc:
        raise StorageError(f"the JUnit report cannot be written to {path}: {exc}") from exc


def _suites(reports: Sequence[Report]) -> ElementTree.Element:
    numbers = {
        "name": "chatrec dialogues",
        "tests": str(len(reports)),
        "failures": str(sum(not report.passed for report in reports)),
        "errors": "0",
        "skipped": str(sum(bool(report.skipped) or report.known for report in reports)),
        "time": f"{sum(report.seconds for report in reports):.3f}",
    }
    suites = ElementTree.Element("testsuites", numbers)
    suite = ElementTree.SubElement(suites, "testsuite", numbers)
    properties = ElementTree.SubElement(suite, "properties")
    for name in ("constraint_violations", "ungrounded_sentences"):
        total = sum(getattr(report, name) for report in reports)
        ElementTree.SubElement(properties, "property", {"name": name, "value": str(total)})
    for report in reports:
        _case(suite, report)
    return suites


def _case(suite: ElementTree.Element, report: Report) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        {
            "classname": report.path.parent.name or "dialogues",
            "name": report.scenario.id,
            "file": str(report.path),
            "line": str(report.line),
            "time": f"{report.seconds:.3f}",
        },
    )
    excuse = report.skipped or (report.scenario.xfail if report.known else "")
    if excuse:
        ElementTree.SubElement(case, "skipped", {"message": _writable(excuse)})
    elif not report.passed:
        first = report.failures[0]
        message = f"{first.check}: {first.message.splitlines()[0]}"
        failure = ElementTree.SubElement(case, "failure", {"message": _writable(message)})
        failure.text = _writable(failure_text(report))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("�", text)
