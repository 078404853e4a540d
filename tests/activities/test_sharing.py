from urllib.parse import parse_qs, urlsplit

import pytest

from activities import sharing
from tests.activities.factories import ActivityFactory
from tests.activities.voice.pages import text

ADDRESS = "https://lokaal.voorbeeld/activities/1/"


def test_links_carry_the_title_and_the_address():
    whatsapp, facebook, mail = sharing.links("Koffie & thee, 50% kans", ADDRESS)

    assert parse_qs(urlsplit(whatsapp.url).query) == {
        "text": [f"Koffie & thee, 50% kans\n{ADDRESS}"]
    }
    assert parse_qs(urlsplit(facebook.url).query) == {"u": [ADDRESS]}
    assert parse_qs(urlsplit(mail.url).query) == {
        "subject": ["Koffie & thee, 50% kans"],
        "body": [f"Koffie & thee, 50% kans\n{ADDRESS}"],
    }
    assert "+" not in mail.url


@pytest.mark.django_db
def test_activity_page_is_passed_on_with_plain_links_and_a_good_preview(client, settings):
    activity = ActivityFactory(title="Naaicafé", summary="Samen naaien.")
    draft = ActivityFactory(stopped=True)

    page = text(client.get(activity.get_absolute_url()))

    address = settings.ORIGIN + activity.get_absolute_url()
    for link in sharing.links("Naaicafé", address):
        assert f'href="{link.url.replace("&", "&amp;")}"' in page
    for seen in [
        '<meta property="og:title" content="Naaicafé">',
        '<meta property="og:description" content="Samen naaien.">',
        f'<meta property="og:url" content="{address}">',
        '<meta property="og:image" content="',
    ]:
        assert seen in page
    assert "wa.me" not in text(client.get(draft.get_absolute_url()))
