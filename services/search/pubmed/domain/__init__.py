"""services.search.pubmed.domain"""
