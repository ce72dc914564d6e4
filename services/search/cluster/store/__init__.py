"""services.search.cluster.store"""
