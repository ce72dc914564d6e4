"""services.search.imports.formats.bibtex"""
