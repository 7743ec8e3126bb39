"""The key screen of a demonstration Canvas: a page with the developer key's boxes, which a browser can change.

It is no part of Canvas. What it saves goes through the actions that serve Canvas's own API, as an administrator.
"""
