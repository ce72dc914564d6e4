"""services.extraction.appraisal.handlers"""
