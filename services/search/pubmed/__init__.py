"""services.search.pubmed"""
