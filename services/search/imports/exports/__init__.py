"""services.search.imports.exports"""
