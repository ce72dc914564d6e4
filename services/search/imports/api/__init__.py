"""services.search.imports.api"""
