"""services.extraction.exchange.domain"""
