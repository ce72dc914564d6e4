"""services.search.imports.formats"""
