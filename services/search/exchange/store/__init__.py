"""services.search.exchange.store"""
