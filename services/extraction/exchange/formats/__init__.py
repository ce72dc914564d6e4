"""services.extraction.exchange.formats"""
