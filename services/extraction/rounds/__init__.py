"""services.extraction.rounds"""
