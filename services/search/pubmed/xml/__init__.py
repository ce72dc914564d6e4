"""services.search.pubmed.xml"""
