"""Filing without script: from the first page to the receipt, with everything that can be typed wrong on the way."""

import re

from portal_samples import BIRTH, BUSINESS, EXTRACT, PNG, WARD, Browser, citizen, picture

from tinhso.cases.models import Dossier, Draft


def test_a_whole_dossier_is_filed_without_script(mau):
    mau.begin(EXTRACT).fill_extract()

    assert "Xem lại trước khi gửi" in mau.text
    assert "Xã Long Thành Bắc, huyện Hòa Thành, tỉnh Tây Ninh" in mau.text
    assert "24.000 ₫" in mau.text  # three copies

    mau.send(declared="yes")

    assert "Đã nhận hồ sơ của ông/bà" in mau.text
    assert "H53.31.02- 261120-0001" in mau.text
    assert "Hôm nay, trước 17:00" in mau.text
    assert not Draft.objects.exists()


def test_what_is_known_about_the_person_is_filled_in(mau):
    mau.begin(EXTRACT)

    assert mau.fields["requester_full_name"] == ["Nguyễn Thị Mẫu"]
    assert mau.fields["requester_personal_id"] == ["072196000001"]
    assert mau.fields["requester_residence_unit"] == ["Phường Tân Ninh, Tỉnh Tây Ninh"]


def test_the_ward_where_one_lives_is_chosen_already(mau):
    mau.visit(f"/nop/{EXTRACT}/")

    assert mau.fields["agency"] == [WARD]


def test_a_wrong_answer_stands_beside_its_field_and_in_the_summary_and_nothing_is_lost(mau):
    mau.begin(EXTRACT)

    mau.send(
        requester_personal_id="07219600000", requester_full_name="Nguyễn Thị  Mẫu Đơn", for_whom="self", status=422
    )

    assert len(mau.errors) == 1
    assert "12 chữ số" in mau.errors[0]
    assert 'href="#f-requester_personal_id"' in mau.page
    assert 'id="f-requester_personal_id-error"' in mau.page
    assert mau.fields["requester_personal_id"] == ["07219600000"]
    assert mau.fields["requester_full_name"] == ["Nguyễn Thị  Mẫu Đơn"]
    assert mau.page.count("<title>Lỗi:") == 1


def test_what_could_not_be_read_is_found_again_after_leaving(mau):
    mau.begin(EXTRACT)
    page = mau.address

    mau.send(requester_personal_id="0721", for_whom="self", later="1")

    assert "Hồ sơ của tôi" in mau.text
    mau.visit(page)
    assert mau.fields["requester_personal_id"] == ["0721"]
    assert mau.fields["for_whom"] == ["self"]


def test_a_question_that_an_answer_calls_for_comes_on_the_same_page_without_an_error(mau):
    mau.begin(EXTRACT).send(for_whom="self").send(record="marriage")

    assert "partner_full_name" in mau.fields
    assert not mau.errors


def test_a_page_that_an_answer_makes_needless_is_not_asked(mau):
    mau.begin(BUSINESS)
    text = mau.page
    assert "Các thành viên hộ gia đình" not in text or "holder" in mau.fields


def test_a_draft_is_found_again_on_another_device(mau):
    mau.begin(EXTRACT).send(for_whom="self")
    account = mau.client.session["_auth_user_id"]

    from tinhso.identity.models import Account

    phone = Browser(Account.objects.get(id=account))
    phone.visit("/ho-so/")
    resume = re.search(r'href="(/nop/ho-so/[^"]+)"', phone.page).group(1)
    phone.visit(resume)

    assert "Cần bản sao của giấy nào?" in phone.text


def test_a_draft_is_saved_while_one_types(mau):
    mau.begin(EXTRACT)

    response = mau.client.post(
        f"{mau.address}tu-luu/", {"shown": ["for_whom", "requester_full_name"], "requester_full_name": "Nguyễn Thị Mới"}
    )

    assert response.json() == {"saved_at": "09:14"}
    mau.visit(mau.address)
    assert mau.fields["requester_full_name"] == ["Nguyễn Thị Mới"]


def test_somebody_elses_draft_does_not_exist(mau):
    mau.begin(EXTRACT)

    other = Browser(citizen("Trần Văn Ví Dụ", personal_id="072196000002"))
    other.visit(mau.address, status=404)

    assert "Mẫu" not in other.text


def test_a_draft_can_be_deleted_after_being_asked_once_more(mau):
    mau.begin(EXTRACT)
    draft = Draft.objects.get()

    mau.visit(f"/nop/ho-so/{draft.id}/xoa/")
    assert "Xóa bản nháp này?" in mau.text
    mau.send()

    assert not Draft.objects.exists()


def test_the_review_is_not_reached_with_something_missing(mau):
    mau.begin(EXTRACT)
    first = mau.address

    mau.visit(first.replace("requester", "xem-lai"))

    assert mau.address == first


def test_nothing_is_sent_without_the_declaration(mau):
    mau.begin(EXTRACT).fill_extract().send(status=422)

    assert mau.errors == ["Xin đánh dấu vào ô cam đoan nội dung khai là đúng."]
    assert not Dossier.objects.exists()


def test_a_duplicated_post_makes_one_dossier(mau):
    mau.begin(EXTRACT).fill_extract()
    review = mau.address

    mau.send(declared="yes")
    first = mau.address
    again = mau.client.post(review, {"declared": "yes"}, follow=True)

    assert again.redirect_chain[-1][0] == first
    assert Dossier.objects.count() == 1


def test_a_procedure_of_another_system_is_not_filed_here(mau):
    mau.visit("/nop/1.004194/", status=409)

    assert "không nộp" in mau.text.lower() or "Cổng" in mau.text


# ── Repeated pages ────────────────────────────────────────────────────────────────────────────────────────────────


def business_to_trades(browser):
    """The household business's form up to the repeated page of its trades."""
    browser.begin(BUSINESS)
    for _ in range(6):
        if "trades-count" in browser.fields:
            return browser
        answers = {
            "holder": "individual",
            "business_name": "Hộ kinh doanh Cà phê Hoa Mai",
            "place_unit": "Phường Tân Ninh, Tây Ninh",
            "business_unit": "Phường Tân Ninh, Tây Ninh",
            "several_places": "no",
        }
        asked = browser.fields
        given = {name: value for name, value in answers.items() if name in asked}
        for name, values in asked.items():
            if (name.endswith(("_line", "_address")) or name == "business_phone") and not any(values):
                given[name] = "0900000001" if "phone" in name else "Số 5, đường 30/4"
            if name.endswith("_unit") and not any(values):
                given[name] = "Phường Tân Ninh, Tây Ninh"
        browser.send(**given)
    raise AssertionError(browser.text[:800])


def test_items_are_added_and_removed_without_losing_the_others(mau):
    business_to_trades(mau)

    mau.send(trades__0__trade="5630", trades__0__primary="yes", add="1")
    assert mau.fields["trades-count"] == ["2"]
    assert mau.fields["trades-0-trade"][0]

    mau.send(trades__1__trade="4711", trades__1__primary="no", remove="trades-0")

    assert "trades-0-trade" not in mau.fields
    assert mau.fields["trades-1-trade"] == ["4711"]


def test_a_check_over_all_items_says_its_sentence(mau):
    business_to_trades(mau)

    mau.send(trades__0__trade="5630", trades__0__primary="no", status=422)

    assert mau.errors == ["Chọn đúng một ngành chính."]


# ── Papers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_papers(browser):
    """A dossier with a paper to send: a certified copy of land papers has a form made from its list of papers."""
    browser.begin("1.012784")
    for _ in range(8):
        if "giay-to" in browser.address:
            return browser
        given = {}
        for name, values in browser.fields.items():
            if name == "request":
                given[name] = "Tách thửa số 12, tờ bản đồ 5."
            elif name.endswith(("_line", "address")) and not any(values):
                given[name] = "Số 5, đường 30/4"
        browser.send(**given)
    raise AssertionError(browser.text[:800])


def test_files_that_came_with_the_page_are_shown_with_size_and_fingerprint(mau):
    with_papers(mau)
    paper = re.search(r'<input type="file" id="[^"]+" name="([^"]+)"', mau.page).group(1)

    mau.client.post(mau.address, {paper: picture("Bản vẽ tách thửa.png"), "later": "1"})
    mau.visit(mau.address)

    assert "Bản vẽ tách thửa.png" in mau.text
    assert (
        len(re.findall(r"<code>(?:[0-9a-f]{8} ?){8}</code>", mau.page.replace("\xa0", " "))) >= 1
        or "SHA-256" in mau.text
    )


def test_a_file_that_lies_about_its_type_is_refused_with_words(mau):
    with_papers(mau)
    paper = re.search(r'<input type="file" id="[^"]+" name="([^"]+)"', mau.page).group(1)

    response = mau.client.post(mau.address, {paper: picture("giay-to.pdf", PNG)})

    assert response.status_code == 422
    assert "giay-to.pdf" in response.content.decode()
    assert not Draft.objects.get().papers.exists()


def test_an_empty_file_is_refused_with_words(mau):
    with_papers(mau)
    paper = re.search(r'<input type="file" id="[^"]+" name="([^"]+)"', mau.page).group(1)

    response = mau.client.post(
        f"{mau.address.removesuffix('giay-to/')}{paper}/tep/", {"file": picture("trong.png", b"")}
    )

    assert response.status_code in {400, 422}
    assert not Draft.objects.get().papers.exists()


def test_a_file_sent_by_script_answers_with_its_receipt_and_is_taken_out_again(mau):
    with_papers(mau)
    paper = re.search(r'<input type="file" id="[^"]+" name="([^"]+)"', mau.page).group(1)

    response = mau.client.post(f"{mau.address.removesuffix('giay-to/')}{paper}/tep/", {"file": picture("anh.png")})
    assert response.status_code == 200
    assert "anh.png" in response.content.decode()

    kept = Draft.objects.get().papers.get()
    mau.client.post(mau.address, {"remove": str(kept.id)})
    assert not Draft.objects.get().papers.exists()


def test_a_paper_that_must_be_sent_is_asked_for_before_the_review(mau):
    with_papers(mau).send(status=422)

    assert mau.errors
    assert all("ít nhất một tệp" in error for error in mau.errors)


def test_a_birth_asks_for_the_papers_that_its_answers_call_for(mau):
    mau.begin(BIRTH)

    assert "Người đi đăng ký" in mau.text
