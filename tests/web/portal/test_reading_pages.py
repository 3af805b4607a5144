"""Pages that anybody reads: home, the catalogue with its search, a procedure; both languages, weight, headers, trouble."""

import gzip
import re

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from portal_samples import BIRTH, EXTRACT, Browser

# Vietnamese letters that no English word has; names of people, places and laws stand in brackets or quotes.
VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
OPEN_PAGES = ("/", "/thu-tuc/", f"/thu-tuc/{BIRTH}/", "/theo-doi/", "/kiem-tra/", "/tro-giup/", "/tiep-can/",
              "/du-lieu-ca-nhan/", "/tinh-trang/")  # fmt: skip
OWN_PAGES = ("/ho-so/", "/tai-khoan/")


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("dang ky khai sin", "1.001193"),
        ("đăng ký khai sinh", "1.001193"),
        ("làm khai sinh", "1.001193"),
        ("1.001193", "1.001193"),
        ("sao y", "2.000815"),
        ("mở quán", "1.001612"),
        ("mo quan", "1.001612"),
        ("dang ky ket hom", "1.000894"),
    ],
)
def test_search_finds_what_people_mean_first(passer_by, typed, wanted):
    passer_by.visit(f"/thu-tuc/?q={typed}")

    assert re.search(r"/thu-tuc/(\d\.\d{6})/", passer_by.page).group(1) == wanted


def test_nothing_found_says_what_to_try(passer_by):
    passer_by.visit("/thu-tuc/?q=zzzzqqqq")

    assert "Không tìm thấy thủ tục" in passer_by.text


def test_filters_are_in_the_address_and_can_be_dropped_one_by_one(passer_by):
    passer_by.visit("/thu-tuc/?q=khai&field=civil-status&level=3")

    assert 'href="/thu-tuc/?q=khai&amp;level=3"' in passer_by.page
    assert 'href="/thu-tuc/?q=khai&amp;field=civil-status"' in passer_by.page


@pytest.mark.parametrize(
    "strange", ["level=abc", "from=-1", "from=99999999", "field=%00", "event='--", "q=%27%22%3Cscript%3E"]
)
def test_strange_addresses_are_answered_calmly(passer_by, strange):
    response = passer_by.client.get(f"/thu-tuc/?{strange}")

    assert response.status_code in {200, 400}
    assert b"<script>" not in response.content.replace(b'<script type="module"', b"")


def test_a_procedure_names_its_seven_parts(passer_by):
    passer_by.visit(f"/thu-tuc/{BIRTH}/")

    for part in ("Các bước", "Các cách nộp", "Giấy tờ", "Thời hạn giải quyết", "Dành cho ai, ai giải quyết", "Kết quả",
                 "Phí, lệ phí", "Căn cứ pháp lý"):  # fmt: skip
        assert part in passer_by.text


def test_a_procedure_of_another_system_leads_there(passer_by):
    passer_by.visit("/thu-tuc/1.004194/")

    assert "https://dichvucong.bocongan.gov.vn" in passer_by.page
    assert "Nộp trực tuyến</a>" not in passer_by.page


def test_a_procedure_that_does_not_exist_is_404(passer_by):
    passer_by.visit("/thu-tuc/9.999999/", status=404)


# ── English ───────────────────────────────────────────────────────────────────────────────────────────────────────


def without_names(text):
    """English text without what stays Vietnamese: names in brackets and quotes, the language's own name."""
    text = re.sub(r"\([^()]*\)|“[^”]*”|Tiếng Việt|Tết", "", text)
    return re.sub(r"(?:Law|Decree|Circular|Decision|Resolution|Directive)[^.;]*", "", text)


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_english_pages_have_no_vietnamese(passer_by, page):
    passer_by.visit(f"/en{page}")

    left = [word for word in without_names(passer_by.text).split() if VIETNAMESE.search(word) and "Đ" not in word[:1]]
    assert not [word for word in left if not re.search(r"NĐ|QĐ|TT|QH|CP|₫", word)]
    assert '<html lang="en">' in passer_by.page


def test_the_whole_filing_is_in_english(province):
    from portal_samples import citizen

    anna = Browser(citizen(), language="en")
    anna.begin(EXTRACT, language="/en")
    seen = [anna.text]
    anna.send(for_whom="self")
    seen.append(anna.text)
    anna.send(record="birth")
    seen.append(anna.text)

    names = ("Nguyễn", "Thị", "Mẫu", "Phường", "Tân", "Ninh", "Tỉnh", "Tây", "Số", "đường")
    for text in seen:
        left = [w.strip(".,()") for w in without_names(text).split() if VIETNAMESE.search(w)]
        assert not [w for w in left if w not in names and "₫" not in w]


@pytest.mark.parametrize("page", [*OPEN_PAGES, "/thu-tuc/?q=khai%20sinh"])
def test_the_language_switch_stays_on_the_page(passer_by, page):
    passer_by.visit(page)
    switch = re.search(r'<a href="([^"]+)" lang="en" hreflang="en"', passer_by.page).group(1)

    assert switch.split("?")[0] == f"/en{page}".split("?")[0]
    assert 'rel="alternate"' in passer_by.page


# ── How pages travel ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_no_page_carries_inline_script_or_style(passer_by, page):
    response = passer_by.client.get(page)

    policy = response["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    text = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text)


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_pages_are_light(passer_by, page):
    response = passer_by.client.get(page)

    assert len(gzip.compress(response.content)) < 25_000


@pytest.mark.parametrize(
    ("page", "most"),
    [
        ("/", 5),
        ("/thu-tuc/", 4),
        ("/thu-tuc/?q=dang+ky+khai+sin", 6),
        (f"/thu-tuc/{BIRTH}/", 4),
        ("/theo-doi/", 2),
        ("/tro-giup/", 2),
    ],
)
def test_open_pages_ask_the_database_little(passer_by, page, most):
    passer_by.client.get(page)  # what is in force is in memory now

    with CaptureQueriesContext(
        connection,
    ) as asked:
        passer_by.client.get(page)

    assert len(asked) <= most, [query["sql"][:120] for query in asked]


def test_ones_own_pages_ask_the_database_little(mau):
    code = mau.file_extract()
    limits = {"/ho-so/": 9, f"/ho-so/{code}/": 13, f"/ho-so/{code}/bien-nhan/": 12}
    for page in limits:
        mau.client.get(page)

    counts = {}
    for page in limits:
        with CaptureQueriesContext(connection) as asked:
            mau.client.get(page)
        counts[page] = len(asked)

    assert all(counts[page] <= limits[page] for page in limits), counts


def test_a_database_that_is_down_gives_a_plain_page(passer_by, monkeypatch):
    def refused(*_args, **_kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("tinhso.cases.figures.served", refused)
    response = passer_by.client.get("/")

    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "Traceback" not in response.content.decode()
    assert "OperationalError" not in response.content.decode()


def test_pages_of_a_demonstration_exist_only_there(passer_by, settings):
    settings.DEMO = False
    passer_by.visit("/thu/", status=404)
    passer_by.visit("/mau/", status=404)


def test_caught_letters_are_shown_newest_first(passer_by, settings, tmp_path):
    settings.DEMO, settings.MAIL_DIR = True, tmp_path
    head = b"To: mau@example.vn\r\nDate: Fri, 20 Nov 2026 02:14:00 -0000\r\nContent-Type: text/plain; charset=utf-8\r\n"
    (tmp_path / "1-1.eml").write_bytes(head + b"Subject: =?utf-8?b?VGjGsCBt4buZdA==?=\r\n\r\nxin <b>\r\n")
    (tmp_path / "2-1.eml").write_bytes(head + b"Subject: Sau\r\n\r\nhai\r\n")

    passer_by.visit("/thu/")

    assert passer_by.text.index("Sau") < passer_by.text.index("Thư một")
    assert "09:14" in passer_by.text
    assert "xin &lt;b&gt;" in passer_by.page
