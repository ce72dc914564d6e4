"""services.extraction.codebook"""
