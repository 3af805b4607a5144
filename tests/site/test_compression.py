"""Pages are sent compressed, files are not."""

import gzip

from django.http import HttpResponse, StreamingHttpResponse

from tinhso.site.compression import CompressPages

WORDS = "Hồ sơ đã được tiếp nhận. " * 50


def answered(response, rf):
    return CompressPages(lambda _request: response)(rf.get("/", headers={"accept-encoding": "gzip"}))


def test_a_page_is_compressed(rf):
    response = answered(HttpResponse(WORDS), rf)
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == WORDS


def test_a_file_is_sent_as_it_is(rf):
    assert "Content-Encoding" not in answered(HttpResponse(WORDS, content_type="application/pdf"), rf)
    assert "Content-Encoding" not in answered(StreamingHttpResponse([WORDS]), rf)
