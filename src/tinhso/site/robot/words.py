"""Whether the words on a page are in its language: English that was never translated shows in a Vietnamese sentence."""

import re

from tinhso.site.robot.page import Page

# Words that carry every English sentence and are no Vietnamese syllable (an, in, to, no, on, can, hay are both).
ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "your",
        "you",
        "with",
        "this",
        "that",
        "is",
        "are",
        "was",
        "were",
        "not",
        "for",
        "from",
        "have",
        "has",
        "been",
        "will",
        "please",
        "choose",
        "paper",
        "papers",
        "dossier",
        "dossiers",
        "page",
        "agency",
        "procedure",
        "must",
        "only",
        "here",
        "there",
        "which",
        "when",
        "what",
        "who",
    ]
)
VIETNAMESE_ONLY = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
WORD = re.compile(r"[A-Za-z]+")
# Counted things that a plural of another language left behind ("2 files"); file names do not count.
STRAY = re.compile(r"(?<![\w.\-/@])(?:files?|papers?|dossiers?|days?|hours?|minutes?|pages?|working)(?![\w.\-/@])")
LEFT_OVER = re.compile(r"%\([a-z_]+\)s|\{\{|\{%|(?<![\w$])\{[a-z_]{2,}\}|Traceback \(most recent")


def complaints(page: Page) -> list[str]:
    """What is wrong with the words of a page: foreign sentences, placeholders without a value."""
    found = [f"placeholder: {text[:80]}" for _, text in page.texts if LEFT_OVER.search(text)]
    if page.language == "vi":
        for text in (text for language, text in page.texts if language == "vi"):
            if is_english(text):
                found.append(f"English: {text[:80]}")
            found += [f"English word “{word}”" for word in STRAY.findall(text)]
    if page.language == "en":
        # Names of laws, places and people stay Vietnamese; the frame of a page does not.
        found += (
            [f"Vietnamese title: {page.title[:80]}"] if VIETNAMESE_ONLY.search(page.title.partition(" – ")[0]) else []
        )
    return list(dict.fromkeys(found))


def is_english(text: str) -> bool:
    """Two different carrying words and no Vietnamese letter."""
    if VIETNAMESE_ONLY.search(text):
        return False
    return len({word.lower() for word in WORD.findall(text)} & ENGLISH) >= 2
