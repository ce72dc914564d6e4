"""services.extraction.texts.formats.docx"""
