"""services.search.imports.jobs"""
