"""services.extraction.appraisal"""
