"""services.search.cluster.domain"""
