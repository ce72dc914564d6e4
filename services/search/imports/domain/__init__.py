"""services.search.imports.domain"""
