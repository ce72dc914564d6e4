"""services.search.pubmed.client"""
