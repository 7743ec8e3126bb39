"""Calls below `/api/v1`."""

from __future__ import annotations

from scopecheck.model.call import Call, Query


def get(path: str, query: Query = ()) -> Call:
    """A GET below `/api/v1`."""
    return Call("GET", f"/api/v1{path}", query=query)


def put(path: str, body: object) -> Call:
    """A PUT of JSON below `/api/v1`."""
    return Call("PUT", f"/api/v1{path}", json=body, has_json=True)
