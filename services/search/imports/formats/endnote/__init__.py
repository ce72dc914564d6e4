"""services.search.imports.formats.endnote"""
