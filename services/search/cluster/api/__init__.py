"""services.search.cluster.api"""
