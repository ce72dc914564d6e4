"""services.extraction.exchange.handlers"""
