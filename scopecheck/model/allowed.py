"""What evidence may show as it is: words of Canvas's API and of web servers, which say nothing about anybody.

A value that is in none of these tables is told as its type and length; nothing is recognized as private.
"""

from __future__ import annotations

import re
from typing import Final

from scopecheck.model.secret import CREDENTIALS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MEMBER: Final = re.compile(r"[a-z]+(?:[_-](?:[a-z]+|\d{1,2}))*")
"""What Canvas's names of a record's members look like; some members are maps, whose keys people choose."""
LONGEST_MEMBER: Final = 48

SAYING: Final = _words("attribute base description detail error error_description message reason status title type")
"""Members of a refusal whose text is shown, as are texts that are in its `errors` by themselves."""

IDS: Final = re.compile(r"(?:\w+_)?ids?|position|status|code|error_report_id|size|\w+_count|total_\w+")
"""Members whose numbers are shown: IDs, counts, sizes."""
ID: Final = re.compile(r"\d{1,19}(?:~\d{1,19})?", re.ASCII)
DATES: Final = re.compile(r"\w+_(?:at|date)")
DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d))?", re.ASCII)

VALUES: Final = _words("""
    active all allow announcement assignment assignments available block_editor captions claimed completed content
    created deleted discussion_topic everyone exported external_tool failed feed graded_survey html image inactive
    locked media_recording members modules none not_graded not_threaded off on on_paper online_quiz
    online_text_entry online_upload online_url pending points post_delayed practice_quiz pre_processed private
    processed public published queued rce read running side_comment student_annotation students subtitles success
    survey syllabus teachers threaded unlocked unpublished unread video waiting_for_select wiki wiki_page
    """)
STATES: Final = re.compile(r"\w*(?:state|status|type|types|roles|class)|kind|editor|default_view")
"""Members with a fixed set of values, and the values that are shown of them."""

SCOPE: Final = re.compile(r"url:(?:GET|POST|PUT|PATCH|DELETE)\|/[a-z0-9_/:*]{1,140}|scope-conformance[\w-]{0,30}")
SCOPES: Final = frozenset({"scope", "scopes"})

SEGMENTS: Final = _words("""
    adfs api auth callback canvas cas confirm courses create_success error errors files google google_oauth2 idp
    ldap login logout ls microsoft new oauth2 openid_connect profile public saml saml2 self session sessions sign_in
    signin sso token users v1 v2
    """)
"""Segments of an address that are shown wherever it leads; of Canvas's API those of the sandbox course are, too."""

QUERY: Final = _words("""
    by_subaccounts[] client_id error event exclude[] id include[] inherited order page per_page prompt recursive
    response_type search_term show_inherited sort state[] user_id[] grant_type
    """)
"""Parameters whose words and numbers are shown."""
QUERY_WORD: Final = re.compile(r"[a-z][a-z_]{0,30}|\d{1,19}(?:~\d{1,19})?", re.ASCII)
PARAMETER: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,40}(?:\[[a-z_]{0,40}\])*")

CREDENTIAL: Final = re.compile(rf"(?i){CREDENTIALS}|state|awsaccesskeyid")
"""Parameters that give access by themselves: of these not even the length is told."""

PAGE: Final = _words("""
    a access action address admin administrator again an and api are at attack authentication authorization
    authorized back bad be been blocked browser by can cannot captcha certificate challenge check client closed
    connect connection contact could denied detected disabled down due enable error expired failed firewall for
    forbidden found from gateway had has http https id in incident internal invalid is it javascript just later
    limit log login maintenance many may method moment network no not of on or our page permanently permission
    please policy proxy rate ray redirect redirecting reference rejected request required resource restricted
    scheduled security server service session sign site something sso support temporarily temporary the this timed
    timeout to too traffic try unable unauthorized unavailable under unexpected unsafe up url used user valid
    verification verify via was we web website went wrong you your
    """)
"""Words that are shown of the title of a page, or of the first line of a text, that is not Canvas's."""

_SOFTWARE: Final = r"[A-Za-z][A-Za-z_.-]{0,20}"
_VERSION: Final = r"/\d[\d.]{0,12}"
SERVER: Final = re.compile(
    rf"{_SOFTWARE}(?:{_VERSION})?(?: {_SOFTWARE}{_VERSION})?(?: \([A-Za-z]{{1,20}}\))?", re.ASCII
)
"""What web servers and proxies call themselves: `nginx/1.25.3 (Ubuntu)`."""
