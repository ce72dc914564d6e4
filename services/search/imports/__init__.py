"""services.search.imports"""
