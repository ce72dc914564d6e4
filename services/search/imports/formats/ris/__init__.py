"""services.search.imports.formats.ris"""
