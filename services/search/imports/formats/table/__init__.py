"""services.search.imports.formats.table"""
