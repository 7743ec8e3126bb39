"""The locales in which there may be captions: every write names them, since Canvas deletes those that it does not."""

from __future__ import annotations

from typing import Final

CAPTION_LOCALES: Final = tuple("""
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    in iw ji mo sh ase ceb fil haw hmn mul und yue
    ar-EG ar-SA bg-BG bn-BD bn-IN ca-ES cs-CZ cy-GB da-DK da-x-k12 de-AT de-CH de-DE el-GR en-AU en-AU-x-unimelb en-CA
    en-GB en-GB-x-ukhe en-IE en-IN en-NZ en-SG en-US en-ZA es-419 es-AR es-CL es-CO es-ES es-MX es-PE es-US et-EE eu-ES
    fa-IR fi-FI fil-PH fr-BE fr-CA fr-CH fr-FR ga-IE gl-ES he-IL hi-IN hr-HR hu-HU id-ID is-IS it-CH it-IT ja-JP ko-KR
    lt-LT lv-LV mi-NZ ms-MY nb-NO nb-x-k12 nl-BE nl-NL nn-NO no-NO pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sl-SI sr-Cyrl
    sr-Latn sv-SE sv-x-k12 sw-KE ta-IN te-IN th-TH tr-TR uk-UA ur-PK vi-VN zh-CN zh-HK zh-Hans zh-Hant zh-TW
""".split())  # fmt: skip  # noqa: SIM905
"""ISO 639-1, names that it once had, a few longer codes, and the regional ones in use."""
