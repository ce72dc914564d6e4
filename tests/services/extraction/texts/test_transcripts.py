"""Transcripts in the styles of many people and programs: who says what, and when."""

import pytest

from services.extraction.texts.formats.reader import read_full_text
from tests.services.extraction.texts.test_full_texts import docx, paragraph

BREAK, TAB = "</w:t><w:br/><w:t>", "</w:t><w:tab/><w:t>"
STYLES = {
    "colon": ["Interviewer: How was it?", "P07: She rang me.", "Interviewer: And then?"],
    "tab": [f"Interviewer{TAB}How was it?", f"P07{TAB}She rang me.", f"Interviewer{TAB}And then?"],
    "time first": [
        "[00:00:05] Interviewer: How was it?",
        "[00:00:12] P07: She rang me.",
        "[00:01:12] Interviewer: And then?",
    ],
    "time behind": ["Interviewer (00:05): How was it?", "P07 (00:12): She rang me.",
                    "Interviewer (1:12): And then?"],
    "time below": ["Interviewer", "0:05", "How was it?", "P07", "0:12", "She rang me.",
                   "Interviewer", "1:12", "And then?"],
    "time above": ["0:05 - 0:09", "Interviewer", "How was it?", "0:12 - 0:20", "P07",
                   "She rang me.", "1:12 - 1:20", "Interviewer", "And then?"],
    "line of its own": ["Interviewer  0:05", "How was it?", "P07  0:12", "She rang me.",
                        "Interviewer  1:12", "And then?"],
    "from and to": [f"0:0:5.0 --> 0:0:9.5{BREAK}Interviewer{BREAK}How was it?",
                    f"0:0:12.0 --> 0:0:20.1{BREAK}P07{BREAK}She rang me.",
                    f"0:1:12.0 --> 0:1:20.1{BREAK}Interviewer{BREAK}And then?"],
}  # fmt: skip
TIMED = {"time first", "time behind", "time below", "time above", "line of its own", "from and to"}


@pytest.mark.parametrize("style", STYLES)
def test_speakers_are_told_in_every_style(style):
    found = read_full_text(docx("".join(map(paragraph, STYLES[style]))), "talk.docx")
    times = [5.0, 12.0, 72.0] if style in TIMED else [None] * 3
    said = [(p.speaker, p.seconds, p.text) for p in found.paragraphs]
    names = ["Interviewer", "P07", "Interviewer"]
    texts = ["How was it?", "She rang me.", "And then?"]
    assert said == list(zip(names, times, texts, strict=True))


def test_an_interviewer_who_is_called_i_is_a_speaker():
    talk = [f"I:{TAB}How was it?", f"R:{TAB}I cared: she rang.", f"I:{TAB}Why?", f"R:{TAB}So."]
    found = read_full_text(docx("".join(map(paragraph, talk))), "talk.docx")
    assert [p.speaker for p in found.paragraphs] == ["I", "R", "I", "R"]
    assert found.paragraphs[1].text == "I cared: she rang."


def test_what_stands_before_the_talk_and_in_brackets_is_nobody_s():
    lines = ["Date: 3 May", *STYLES["colon"], "P07: I came.", "And I stayed.", "[laughs]"]
    found = read_full_text(docx("".join(map(paragraph, lines))), "talk.docx")
    assert [(p.speaker, p.text) for p in found.paragraphs if p.speaker != "Interviewer"] == [
        ("", "Date: 3 May"),
        ("P07", "She rang me."),
        ("P07", "I came."),
        ("P07", "And I stayed."),
        ("", "[laughs]"),
    ]


def test_the_parts_of_an_abstract_are_no_speakers():
    lines = ["Background: Some text.", "Methods: Two groups.", "Results: It worked."]
    assert not read_full_text(docx("".join(map(paragraph, lines))), "a.docx").speakers()


def test_a_table_of_names_and_words_is_a_talk_and_one_of_figures_is_none():
    def table(rows):
        cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
        return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"

    talk = [("Speaker", "Words"), ("INT", "How was the first week with her?"),
            ("P07", "It went well, she rang me daily."),
            ("INT", "And what came after that week?")]  # fmt: skip
    assert read_full_text(docx(table(talk)), "a.docx").speakers() == ["INT", "P07"]
    figures = [("Service", "Kept"), ("North", "80 %"), ("South", "64 %"), ("North", "71 %")]
    assert not read_full_text(docx(table(figures)), "a.docx").speakers()


def test_a_plain_text_of_names_and_words_is_a_talk():
    found = read_full_text("\n".join(STYLES["colon"]).encode(), "talk.txt")
    assert found.speakers() == ["Interviewer", "P07"]


def test_two_people_who_say_the_same_are_both_kept():
    text = (
        "\ufeffWEBVTT\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n"
        "00:01.000 --> 00:02.000\r\n<v Ana>Yes.</v>\r\n\r\n"
        "00:02.000 --> 00:03.000\r\n<v Ben>Yes.</v>\r\n"
    )
    found = read_full_text(text.encode(), "x.vtt")
    assert [(p.speaker, p.text) for p in found.paragraphs] == [("Ana", "Yes."), ("Ben", "Yes.")]


def test_words_behind_an_empty_line_within_a_caption_are_not_lost():
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nfirst\n\nsecond\n\nNOTE not said\n"
    assert read_full_text(text.encode(), "x.vtt").text()[0] == "first second"


def test_captions_of_subrip_are_read():
    text = "1\r\n00:00:01,500 --> 00:00:02,000\r\nAna: Hello.\r\n"
    found = read_full_text(text.encode(), "x.srt")
    assert [(p.seconds, p.text) for p in found.paragraphs] == [(1.5, "Hello.")]


@pytest.mark.parametrize("head", ["[{}]: ", ">> {}: ", "{}: "])
def test_captions_name_speakers_in_brackets_and_behind_arrows_too(head):
    said = [("Speaker 1", "She rang."), ("Nurse", "I did.")]
    cues = (
        f"00:0{n}.000 --> 00:0{n}.900\n{head.format(who)}{words}"
        for n, (who, words) in enumerate(said)
    )
    found = read_full_text(("WEBVTT\n\n" + "\n\n".join(cues)).encode(), "x.vtt")
    assert [(p.speaker, p.text) for p in found.paragraphs] == said


def said(lines, name="talk.docx"):
    data = docx("".join(map(paragraph, lines))) if name.endswith("docx") else lines.encode()
    return [(p.speaker, p.seconds, p.text) for p in read_full_text(data, name).paragraphs]


@pytest.mark.parametrize("more", [[], ["P07 (00:02:00): I came back."]])
def test_a_time_beside_some_names_alone_takes_no_words_and_no_name_away(more):
    talk = ["INT: How was it?", "P07 (00:01:12): She rang: weekly.", "INT: And then?", "P07: Good."]
    assert said([*talk, *more])[:4] == [
        ("INT", None, "How was it?"), ("P07", 72.0, "She rang: weekly."),
        ("INT", None, "And then?"), ("P07", None, "Good."),
    ]  # fmt: skip


def test_a_speaker_goes_on_behind_a_pause_and_not_behind_the_end():
    talk = ["INT: How?", "P07: Well.", "(pause)", "It was good.", "INT: Thanks.",
            "[End of recording]", "Field note."]  # fmt: skip
    assert [(who, words) for who, _, words in said(talk)][2:] == [
        ("", "(pause)"), ("P07", "It was good."), ("INT", "Thanks."),
        ("", "[End of recording]"), ("", "Field note."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "last", ["Hale, Robin stopped transcription", "Transcribed by https://example.org"]
)
def test_what_a_program_writes_below_a_transcript_nobody_says(last):
    assert said(["Robin  0:00", "How was it?", "P07  0:12", "Good.", last])[0] == (
        "Robin", 0.0, "How was it?"
    )  # fmt: skip
    assert said(["Robin  0:00", "How was it?", "P07  0:12", "Good.", last])[-1][0] == ""


def test_times_between_hashes_are_times_and_no_words():
    talk = ["I: How was it? #00:00:10-2#", "B: She rang. #00:00:15-0#", "I: And? #00:01:20-0#",
            "B: Good."]  # fmt: skip
    assert said(talk) == [
        ("I", None, "How was it?"), ("B", 10.0, "She rang."), ("I", 15.0, "And?"),
        ("B", 80.0, "Good."),
    ]  # fmt: skip


def test_names_before_a_dash_are_speakers_where_they_come_back():
    talk = ["INT – How was it?", "P07 – She rang.", "INT – And?", "P07 – Good."]
    assert [who for who, _, _ in said(talk)] == ["INT", "P07", "INT", "P07"]


def test_webex_names_speakers_before_the_times_of_a_cue():
    cues = '1 "Robin Hale" (12)\n00:03.000 --> 00:05.000\nHow was it?\n\n'
    cues += '2 "P07" (13)\n00:05.000 --> 00:07.000\nShe rang.\n'
    assert said(f"WEBVTT\n\n{cues}", "x.vtt") == [
        ("Robin Hale", 3.0, "How was it?"), ("P07", 5.0, "She rang."),
    ]  # fmt: skip


def test_a_word_before_one_colon_among_many_captions_is_no_speaker():
    cues = "".join(f"00:0{n}.000 --> 00:0{n}.900\nShe rang {n}.\n\n" for n in range(1, 6))
    text = f"WEBVTT\n\n{cues}00:06.000 --> 00:07.000\nNote: that was it.\n"
    assert said(text, "x.vtt")[-1][0] == ""


def test_where_a_caption_stands_is_not_among_its_words():
    text = "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}NURSE: hello\n"
    assert said(text, "x.srt") == [("NURSE", 1.0, "hello")]


def test_a_sentence_that_is_wrapped_over_lines_of_a_plain_text_is_one_turn():
    text = "INT: How was it when\nthe nurse rang?\nP07: Good.\nAnd I stayed.\nINT: And?\nP07: So.\n"
    assert [(who, words) for who, _, words in said(text, "talk.txt")] == [
        ("INT", "How was it when the nurse rang?"), ("P07", "Good."), ("P07", "And I stayed."),
        ("INT", "And?"), ("P07", "So."),
    ]  # fmt: skip


def test_captions_of_subrip_are_told_by_their_beginning_whatever_their_name():
    text = "1\r\n00:00:01,500 --> 00:00:02,000\r\nAna: Hello.\r\n"
    assert said(text, "talk.txt") == [("Ana", 1.5, "Hello.")]


@pytest.mark.parametrize("asked", ["كيف كان؟", "どうでしたか。", "怎么样？"])
def test_a_sentence_ends_with_the_signs_of_its_script(asked):
    cues = (f"<v Ana>{asked}</v>", "<v Ben>Ja.</v>", "<v Ana>And then?</v>")
    text = "\n\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{cue}" for n, cue in enumerate(cues, 1))
    assert [who for who, _, _ in said(f"WEBVTT\n\n{text}\n", "x.vtt")] == ["Ana", "Ben", "Ana"]


def test_speakers_of_a_hebrew_transcript_are_told():
    talk = [
        "מראיינת: איך היה?",
        "P07 (00:01:12): היא התקשרה (כל שבוע).",
        "מראיינת: ואז?",
        "P07: טוב.",
    ]
    assert [(who, words) for who, _, words in said(talk)] == [
        ("מראיינת", "איך היה?"), ("P07", "היא התקשרה (כל שבוע)."),
        ("מראיינת", "ואז?"), ("P07", "טוב."),
    ]  # fmt: skip
