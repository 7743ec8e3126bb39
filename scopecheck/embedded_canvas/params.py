"""Request parameters as Rails nests them: `a[b]=v`, `a[]=v`, multipart files and JSON, all merged."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from multipart import MultipartParser, parse_options_header


class JsonBodyError(Exception):
    """The body claims to be JSON and cannot be parsed."""


@dataclass(frozen=True)
class Upload:
    """One file part of a multipart body."""

    field: str
    filename: str
    content_type: str
    content: bytes
    before: frozenset[str] = frozenset()
    """Names of the fields before it; S3 ignores all others."""


@dataclass(frozen=True)
class Params:
    """What Rails calls `params`: query and body merged, nested as `a[b][]=v` says.

    `json` is the parsed JSON body whatever its type (media tracks send a bare array), else None.
    """

    values: Mapping[str, Any]
    uploads: Sequence[Upload] = ()
    json: Any = None


def parse_params(query: str, content_type: str, body: bytes) -> Params:
    """Merge query and body; the body wins if both have a key.

    Raises JsonBodyError for a body that claims to be JSON and is not.
    """
    kind, options = parse_options_header(content_type)
    pairs: list[tuple[str, Any]] = list(parse_qsl(query, keep_blank_values=True))
    uploads: list[Upload] = []
    json_body: Any = None
    if kind == "application/x-www-form-urlencoded":
        pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    elif kind == "multipart/form-data":
        for name, value in _parts(body, options.get("boundary", "")):
            if isinstance(value, Upload):
                uploads.append(value)
            else:
                pairs.append((name, value))
    elif kind.endswith("json") and body:
        json_body = _json(body)
    values = nest(pairs)
    if isinstance(json_body, dict):
        values |= json_body
    return Params(values, tuple(uploads), json_body)


def nest(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """`[("a[b]", 1), ("c[]", 2)]` becomes `{"a": {"b": 1}, "c": [2]}`; the last of two scalars wins."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        head, _, rest = name.partition("[")
        keys = [head, *(part.rstrip("]") for part in rest.split("["))] if rest else [head]
        _put(root, keys, value)
    return root


def _put(node: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    key, *deeper = keys
    if not deeper:
        node[key] = value
    elif deeper == [""]:
        present = node.get(key)
        node[key] = [*present, value] if isinstance(present, list) else [value]
    else:
        child = node.get(key)
        if not isinstance(child, dict):
            child = node[key] = {}
        _put(child, deeper, value)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        raise JsonBodyError(str(error)) from error


def _parts(body: bytes, boundary: str) -> Iterator[tuple[str, str | Upload]]:
    parser = MultipartParser(io.BytesIO(body), boundary, content_length=len(body))
    names: set[str] = set()
    for part in parser.parts():
        if part.filename is None:
            names.add(part.name)
            yield part.name, part.value
        else:
            upload = Upload(part.name, part.filename, part.content_type, part.raw, frozenset(names))
            yield part.name, upload
