"""Makes the PDFs of this folder from its sentences: `python make.py`, once, on a machine that has
chromium, DejaVu Sans and the packages fpdf2, uharfbuzz, python-bidi and arabic-reshaper.

`printed.pdf` as a browser prints (one sentence a line, then two columns), `placed.pdf` as
programs write that put letters where they are seen, `shaped.pdf` as those that know scripts.
"""

import subprocess
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SENTENCES = (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()
LATIN = SENTENCES[-1]
STYLE = "font-family: 'DejaVu Sans'; font-size: 10pt"
COLUMNS = f"break-before: page; columns: 2; column-gap: 18pt; text-align: justify; {STYLE}"


def printed():
    lines = "".join(
        f"<p dir={'ltr' if line == LATIN else 'rtl'}>{escape(line)}</p>" for line in SENTENCES
    )
    whole = "".join(f"<p>{escape(' '.join(SENTENCES[:-1]))}</p>" for _ in range(3))
    page = f'<meta charset=utf-8><body style="{STYLE}">{lines}'
    page += '<h1 dir=rtl style="break-before: page">מחקר (ראשון)</h1>'
    page += f'<div dir=rtl style="{COLUMNS.replace("break-before: page; ", "")}">{whole}</div>'
    with TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page, encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer"]
        target = f"--print-to-pdf={HERE / 'printed.pdf'}"
        subprocess.run([*command, target, source.as_uri()], check=True)


def written(name, shown, is_shaped):
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("DejaVu", fname=FONT)
    pdf.set_font("DejaVu", size=10)
    if is_shaped:
        pdf.set_text_shaping(True)
    for line in SENTENCES:
        side = "L" if line == LATIN else "R"
        pdf.cell(0, 8, shown(line), align=side, new_x="LMARGIN", new_y="NEXT")
    pdf.output(HERE / name)


def as_seen(line):
    from arabic_reshaper import reshape
    from bidi import get_display

    return get_display(reshape(line), base_dir="L" if line == LATIN else "R")


if __name__ == "__main__":
    printed()
    written("placed.pdf", as_seen, is_shaped=False)
    written("shaped.pdf", lambda line: line, is_shaped=True)
